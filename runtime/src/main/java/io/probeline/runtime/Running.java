package io.probeline.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A service that runs: it owns its parts, closes them in reverse, and ends when one of them can't go on. */
public final class Running implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Running.class);

    /** Puts the parts together; what it adds is closed also when a later part can't start. */
    public interface Composition {
        void compose(Owned owned) throws Exception;
    }

    /** The parts so far, and the way to say that one of them has failed for good. */
    public static final class Owned {
        private final Deque<AutoCloseable> parts = new ArrayDeque<>();
        private final CompletableFuture<Void> end = new CompletableFuture<>();

        public synchronized <T extends AutoCloseable> T add(T part) {
            parts.push(part);
            return part;
        }

        /** The service ends with this failure: a bug, or a dependency that is lost for good. Any thread may call it. */
        public void fail(Throwable failure) {
            end.completeExceptionally(failure);
        }

        private synchronized <T> Optional<T> part(Class<T> type) {
            return parts.stream().filter(type::isInstance).map(type::cast).findFirst();
        }

        private synchronized void closeAll() {
            while (!parts.isEmpty()) {
                var part = parts.pop();
                try {
                    part.close();
                } catch (Exception e) {
                    LOG.warn("{} did not close cleanly", part.getClass().getSimpleName(), e);
                }
            }
        }
    }

    private final Owned owned;

    private Running(Owned owned) {
        this.owned = owned;
    }

    public static Running of(Composition composition) {
        var owned = new Owned();
        try {
            composition.compose(owned);
            return new Running(owned);
        } catch (InterruptedException e) {
            owned.closeAll();
            Thread.currentThread().interrupt();
            throw new StartFailed("interrupted while starting", e);
        } catch (RuntimeException e) {
            owned.closeAll();
            throw e;
        } catch (Exception e) {
            owned.closeAll();
            throw new StartFailed(String.valueOf(e.getMessage()), e);
        }
    }

    /** Completes when the service has been closed; exceptionally when a part has failed. */
    public CompletableFuture<Void> end() {
        return owned.end;
    }

    /** The part of this type, for who started the service and must reach into it: the port that it took, whether it is ready. */
    public <T> Optional<T> part(Class<T> type) {
        return owned.part(type);
    }

    @Override
    public void close() {
        owned.closeAll();
        owned.end.complete(null);
    }

    /** A service could not start; the message is one line for the person who started it. */
    public static final class StartFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public StartFailed(String message, Throwable cause) {
            super(message, cause);
        }

        public StartFailed(String message) {
            super(message);
        }
    }
}
