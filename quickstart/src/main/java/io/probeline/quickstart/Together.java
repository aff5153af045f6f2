package io.probeline.quickstart;

import io.probeline.runtime.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Parts that need not wait for each other: started side by side, and closed side by side. */
final class Together<T extends AutoCloseable> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Together.class);

    private final List<T> parts;

    private Together(List<T> parts) {
        this.parts = List.copyOf(parts);
    }

    /** Starts all; when one can't, the others are closed and its failure is thrown. */
    static <T extends AutoCloseable> Together<T> start(List<Callable<T>> starts) throws InterruptedException {
        try (var threads = threads()) {
            return settled(threads.invokeAll(starts));
        }
    }

    List<T> parts() {
        return parts;
    }

    @Override
    public void close() {
        try (var threads = threads()) {
            parts.forEach(part -> threads.execute(() -> close(part)));
        }
    }

    private static <T extends AutoCloseable> Together<T> settled(List<Future<T>> starting) throws InterruptedException {
        var started = new ArrayList<T>();
        var failures = new ArrayList<Throwable>();
        for (var each : starting) {
            try {
                started.add(each.get());
            } catch (ExecutionException e) {
                failures.add(e.getCause() == null ? e : e.getCause());
            }
        }
        var together = new Together<>(started);
        if (!failures.isEmpty()) {
            together.close();
            throw failures.getFirst() instanceof RuntimeException failure
                    ? failure
                    : new Running.StartFailed(String.valueOf(failures.getFirst().getMessage()), failures.getFirst());
        }
        return together;
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.warn("{} did not close cleanly", part.getClass().getSimpleName(), e);
        }
    }

    private static ExecutorService threads() {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().daemon().name("together-", 0).factory());
    }
}
