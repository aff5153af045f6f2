package io.probeline.gateway;

import io.probeline.runtime.Running;
import io.probeline.runtime.World;
import io.probeline.schemas.DeviceId;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps house: lets the board forget what is over, and removes the command topics of devices that have had no session for a day. */
final class Janitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Janitor.class);
    private static final Duration ROUND = Duration.ofSeconds(10);
    private static final Duration TOPICS_ROUND = Duration.ofHours(1);

    /** Longer than any request that was admitted before takes to be written or given up. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    /** How many topics go at once, so that the controller is never kept busy with them. */
    static final int MOST = 200;

    private final Desk desk;
    private final Board board;
    private final Barrier barrier;
    private final CommandTopics topics;
    private final GatewayMetrics metrics;
    private final World world;
    private final CountDownLatch closing = new CountDownLatch(1);
    private Instant topicsAt;

    Janitor(Desk desk, Barrier barrier, CommandTopics topics, GatewayMetrics metrics, World world) {
        this.desk = desk;
        this.board = desk.board();
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
                && closedAt.filter(at -> at.isBefore(now.minus(Topics.COMMANDS_KEPT)))
                        .isPresent();
    }

    Janitor start(Running.Owned owned) {
        world.threads().start("janitor", () -> {
            try {
                while (!closing.await(ROUND.toMillis(), TimeUnit.MILLISECONDS)) {
                    board.sweep(world.now());
                    sweepTopics();
                }
            } catch (InterruptedException e) {
                LOG.debug("the janitor ends");
            } catch (RuntimeException | Error e) {
                owned.fail(e);
            }
        });
        return this;
    }

    @Override
    public void close() {
        closing.countDown();
    }

    /**
     * Removes in two steps, since another gateway may open a session in the same moment. First it is written for all to read that these topics go;
     * who opens a session after that waits until they are gone. Who had not read it yet has written his session by the end of the
     * grace, so that the second look finds it. And it is this very topic that goes, never one that was made anew.
     */
    private void sweepTopics() throws InterruptedException {
        if (world.now().isBefore(topicsAt)) {
            return;
        }
        topicsAt = world.now().plus(TOPICS_ROUND);
        try {
            var marked = mark(world.now());
            if (!marked.isEmpty() && !closing.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                remove(marked, world.now());
            }
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.warn("idle command topics are not removed this time: {}", e.toString());
        }
    }

    /** Tells everybody that these topics will go. @return none where that could not be told */
    Map<DeviceId, Uuid> mark(Instant now) throws InterruptedException, ExecutionException, TimeoutException {
        var standing = topics.standing();
        if (!barrier.pass(Deadline.in(ROUND, world))) {
            return Map.of();
        }
        var standings = board.standings();
        var idle = idle(standing.keySet(), standings, now);
        if (idle.isEmpty() || !desk.retire(idle, standings, Deadline.in(ROUND, world))) {
            return Map.of();
        }
        return idle.stream().collect(Collectors.toMap(device -> device, standing::get));
    }

    /** Removes those whose device is still without a session. */
    void remove(Map<DeviceId, Uuid> marked, Instant now) throws InterruptedException, TimeoutException {
        var until = Deadline.in(ROUND, world);
        if (!barrier.pass(until)) {
            return;
        }
        var going = idle(marked.keySet(), board.standings(), now);
        if (!going.isEmpty() && topics.remove(going.stream().map(marked::get).toList())) {
            going.forEach(device -> metrics.topicRemoved());
        }
    }
}
