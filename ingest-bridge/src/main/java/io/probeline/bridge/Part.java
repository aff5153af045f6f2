package io.probeline.bridge;

import io.probeline.runtime.World;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread with a purpose: runs until it is stopped, and says so when it dies before. */
final class Part implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Part.class);
    private static final Duration STOPPING = Duration.ofSeconds(5);

    /** What it does; returns when it is to end. */
    interface Work {
        void run() throws Exception;
    }

    private final Thread thread;
    private final Runnable stop;
    private volatile boolean stopping;

    private Part(World world, String purpose, Work work, Runnable stop, Consumer<Throwable> failed) {
        this.stop = stop;
        this.thread = world.threads().named(purpose).newThread(() -> {
            try {
                work.run();
            } catch (Exception | Error e) {
                if (stopping) {
                    LOG.debug("{} ended while it was being stopped", purpose, e);
                } else {
                    failed.accept(e);
                }
            }
        });
    }

    /**
     * @param stop brings the work to return, from any thread
     * @param failed hears of what ended it too early
     */
    static Part start(World world, String purpose, Work work, Runnable stop, Consumer<Throwable> failed) {
        var part = new Part(world, purpose, work, stop, failed);
        part.thread.start();
        return part;
    }

    /** Empty while it lives. */
    Optional<String> trouble() {
        return thread.isAlive() ? Optional.empty() : Optional.of("its thread has ended");
    }

    @Override
    public void close() {
        stopping = true;
        stop.run();
        try {
            if (!thread.join(STOPPING)) {
                LOG.warn("{} did not end within {} s", thread.getName(), STOPPING.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
