package io.probeline.gateway;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Look-ups at somebody who may hang and who counts them: one at a time for each key, for all who ask meanwhile, on a virtual thread of its own; and each
 * request waits only so long, since it needs time for what comes after. An answer that comes later is for the next one.
 */
final class LookUps<K, V> {
    private final Duration patience;

    /** Guarded by itself. Each ends with its HTTP call. */
    private final Map<K, FutureTask<V>> underWay = new HashMap<>();

    LookUps(Duration patience) {
        this.patience = patience;
    }

    /**
     * Nothing when it is not there in time.
     *
     * @param how remembers what it finds; and as another may have done so a moment ago, it looks there first
     */
    Optional<V> ask(K key, Callable<V> how) throws InterruptedException {
        try {
            return Optional.of(joined(key, how).get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a look-up failed in a way of its own", e.getCause());
        }
    }

    private FutureTask<V> joined(K key, Callable<V> how) {
        synchronized (underWay) {
            var other = underWay.get(key);
            if (other != null) {
                return other;
            }
            var mine = new FutureTask<>(() -> {
                try {
                    return how.call();
                } finally {
                    over(key);
                }
            });
            underWay.put(key, mine);
            Thread.startVirtualThread(mine);
            return mine;
        }
    }

    private void over(K key) {
        synchronized (underWay) {
            underWay.remove(key);
        }
    }
}
