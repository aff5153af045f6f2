package io.probeline.bridge;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * How many devices are dialled at a time. When thousands are to be dialled at once, after a take-over or when their backend is back, all handshakes together would
 * take longer than each may, and be begun again for nothing; so some are begun and come to their end, and the others wait for that, within the time of their try.
 *
 * <p>For the device loop alone. At most one turn of each line waits.
 *
 * <p>Metrics: {@code probeline_bridge_dials_waiting}, {@code probeline_bridge_dials_under_way}.
 */
final class DialGate {
    /** A handshake over TLS costs some milliseconds at both ends: so many are a fraction of the time of a try, and a bridge's ten thousand devices a minute. */
    static final int MOST = 256;

    /** One who wants to dial. */
    interface Turn {
        /** @return whether it dials; then it says {@link DialGate#left} when that has come to an end, well or not */
        boolean take();
    }

    private final Consumer<Runnable> later;
    private final Queue<Turn> waiting = new ArrayDeque<>();
    private int underWay;

    /** @param later has something done in another turn of the loop */
    DialGate(Consumer<Runnable> later, MeterRegistry metrics) {
        this.later = later;
        Gauge.builder("probeline_bridge_dials_waiting", waiting, Queue::size).register(metrics);
        Gauge.builder("probeline_bridge_dials_under_way", this, gate -> gate.underWay)
                .register(metrics);
    }

    /** Its turn comes at once, or when one who dials has come to his end. */
    void enter(Turn turn) {
        waiting.add(turn);
        admit();
    }

    /** One who was let in has come to his end. */
    void left() {
        underWay--;
        if (!waiting.isEmpty()) {
            later.accept(this::admit);
        }
    }

    private void admit() {
        while (underWay < MOST) {
            var next = waiting.poll();
            if (next == null) {
                return;
            }
            underWay++;
            if (!next.take()) {
                underWay--;
            }
        }
    }
}
