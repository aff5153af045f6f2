package io.probeline.gateway;

import io.probeline.runtime.World;
import io.probeline.schemas.DeviceId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps house: lets the board forget what is over, and removes the command topics of devices that have had no session for a day. */
final class Janitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Janitor.class);
    private static final Duration ROUND = Duration.ofSeconds(10);
    private static final Duration TOPICS_ROUND = Duration.ofHours(1);
    private static final Duration IDLE = Duration.ofDays(1);

    /** How many topics go at once, so that the controller is never kept busy with them. */
    static final int MOST = 200;

    private final Board board;
    private final Barrier barrier;
    private final CommandTopics topics;
    private final GatewayMetrics metrics;
    private final World world;
    private final CountDownLatch closing = new CountDownLatch(1);
    private Instant topicsAt;

    Janitor(Board board, Barrier barrier, CommandTopics topics, GatewayMetrics metrics, World world) {
        this.board = board;
        this.barrier = barrier;
        this.topics = topics;
        this.metrics = metrics;
        this.world = world;
        this.topicsAt = world.now().plus(TOPICS_ROUND);
    }

    /** Whose topic may go: known to have had a session, and none for a day. A device that nobody knows is left alone. */
    static List<DeviceId> idle(Collection<DeviceId> devices, Map<String, DeviceStanding> standings, Instant now) {
        return devices.stream()
                .filter(device -> idle(standings.getOrDefault(device.value(), DeviceStanding.NONE), now))
                .sorted()
                .limit(MOST)
                .toList();
    }

    private static boolean idle(DeviceStanding standing, Instant now) {
        var current = standing.current();
        var closedAt = current.map(DeviceStanding.Place::closedAt);
        return standing.open().isEmpty()
                && closedAt.filter(at -> at.isBefore(now.minus(IDLE))).isPresent();
    }

    Janitor start() {
        world.threads().start("janitor", () -> {
            try {
                while (!closing.await(ROUND.toMillis(), TimeUnit.MILLISECONDS)) {
                    board.sweep(world.now());
                    sweepTopics();
                }
            } catch (InterruptedException e) {
                LOG.debug("the janitor ends");
            }
        });
        return this;
    }

    @Override
    public void close() {
        closing.countDown();
    }

    /** Right before the topics go the board must know of every open that was accepted anywhere. */
    private void sweepTopics() throws InterruptedException {
        if (world.now().isBefore(topicsAt) || !barrier.pass(Deadline.in(ROUND, world))) {
            return;
        }
        topicsAt = world.now().plus(TOPICS_ROUND);
        try {
            var idle = idle(topics.standing(), board.standings(), world.now());
            if (!idle.isEmpty() && topics.remove(idle)) {
                idle.forEach(device -> metrics.topicRemoved());
            }
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.warn("idle command topics are not removed this time: {}", e.toString());
        }
    }
}
