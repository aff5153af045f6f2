package io.probeline.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** What all connections of a proxy share in one direction: how slow it is, and whether anything gets through. */
final class TcpProxyWire {
    private volatile long latencyNanos;

    // Guarded by this.
    private boolean frozen;

    void latency(Duration delay) {
        latencyNanos = delay.toNanos();
    }

    synchronized void freeze(boolean on) {
        frozen = on;
        notifyAll();
    }

    /** When something that comes in now is to come out. */
    long due() {
        return System.nanoTime() + latencyNanos;
    }

    /** Returns when something that is due then may come out. */
    void await(long due) throws InterruptedException {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        synchronized (this) {
            while (frozen) {
                wait();
            }
        }
    }
}
