package io.probeline.gateway;

import io.probeline.runtime.Running;
import io.probeline.runtime.World;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the views see the present. A consumer whose Kafka is away comes back with nothing, as one does that has read all; so it is tried now and
 * then whether the views get to where the topics end. Who has not seen that for {@link #BLIND} shows no device as there.
 */
final class Sight implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sight.class);

    /** With the last round, and a try of a second, within the 15 s in which an agent is to know that a device is gone. */
    static final Duration BLIND = Duration.ofSeconds(12);

    private static final Duration ROUND = Duration.ofSeconds(2);

    private final BooleanSupplier sees;
    private final Board board;
    private final World world;
    private final CountDownLatch closing = new CountDownLatch(1);
    /** Its thread's own. */
    private long seenAt;

    private volatile boolean blind;

    /** @param sees whether the views have got to where the topics end; it answers within a second */
    Sight(BooleanSupplier sees, Board board, World world) {
        this.sees = sees;
        this.board = board;
        this.world = world;
        this.seenAt = world.nanos();
    }

    Sight start(Running.Owned owned) {
        world.threads().start("views-sight", () -> {
            try {
                while (!closing.await(ROUND.toMillis(), TimeUnit.MILLISECONDS)) {
                    look();
                }
            } catch (InterruptedException e) {
                LOG.debug("nobody looks any more, because the service closes");
            } catch (RuntimeException | Error e) {
                owned.fail(e);
            }
        });
        return this;
    }

    /** What keeps it from showing the present, if anything does. Any thread may ask. */
    Optional<String> trouble() {
        return blind
                ? Optional.of("it shows the past: nothing has been heard of Kafka for " + BLIND.toSeconds() + " s")
                : Optional.empty();
    }

    /** One round. */
    void look() {
        if (sees.getAsBoolean()) {
            seenAt = world.nanos();
        }
        boolean now = world.nanos() - seenAt > BLIND.toNanos();
        if (now != blind) {
            blind = now;
            board.doubt(now);
            LOG.warn(now ? "Kafka is not heard of: no device is shown as there" : "Kafka is heard of again");
        }
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
