package io.probeline.bridge;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashSet;
import java.util.function.Consumer;

/**
 * How many devices are dialled at a time. When thousands are to be dialled at once, after a take-over or when their backend is back, all handshakes together would
 * take longer than each may, and be begun again for nothing; so some are begun and come to their end, and the others wait for that, within the time of their try.
 *
 * <p>Who came last is let in first: who has waited long has little time left, and a crowd that is served in its order is one in which each is let in when it is too late.
 * And where many of those who were let in took too long, fewer are let in, down to {@link #LEAST}; then step by step more again, up to {@link #MOST}.
 *
 * <p>For the device loop alone. At most one turn of each line waits.
 *
 * <p>Metrics: {@code probeline_bridge_dials_waiting}, {@code probeline_bridge_dials_under_way}, {@code probeline_bridge_dials_allowed}.
 */
final class DialGate {
    /** A handshake over TLS costs some milliseconds at both ends: so many are a fraction of the time of a try, and a bridge's ten thousand devices a minute. */
    static final int MOST = 256;

    /** So many are begun within the time of a try where a device needs a fifth of a second each. */
    static final int LEAST = 16;

    /** Of those who were let in, one in so many may take too long: some devices are always gone. */
    private static final int LATE_IN = 4;

    private static final int STEP = 8;

    /** One who wants to dial. */
    interface Turn {
        /** @return whether it dials; then it says {@link DialGate#left} when that has come to an end, well or not */
        boolean take();
    }

    private final Consumer<Runnable> later;
    private final LinkedHashSet<Turn> waiting = new LinkedHashSet<>();
    private int allowed = MOST;
    private int underWay;
    private int ended;
    private int late;

    /** @param later has something done in another turn of the loop */
    DialGate(Consumer<Runnable> later, MeterRegistry metrics) {
        this.later = later;
        Gauge.builder("probeline_bridge_dials_waiting", waiting, LinkedHashSet::size)
                .register(metrics);
        Gauge.builder("probeline_bridge_dials_under_way", this, gate -> gate.underWay)
                .register(metrics);
        Gauge.builder("probeline_bridge_dials_allowed", this, gate -> gate.allowed)
                .register(metrics);
    }

    /** Its turn comes at once, or when one who dials has come to his end. Who waits already, with a try that was given up since, waits anew. */
    void enter(Turn turn) {
        waiting.addLast(turn);
        admit();
    }

    /**
     * One who was let in has come to his end.
     *
     * @param tooLate whether it took longer than a try may
     */
    void left(boolean tooLate) {
        underWay--;
        ended++;
        late += tooLate ? 1 : 0;
        if (ended >= allowed) {
            allowed = late * LATE_IN >= ended
                    ? Math.max(LEAST, allowed / 2)
                    : Math.min(MOST, allowed + Math.max(1, allowed / STEP));
            ended = 0;
            late = 0;
        }
        if (!waiting.isEmpty()) {
            later.accept(this::admit);
        }
    }

    private void admit() {
        while (underWay < allowed && !waiting.isEmpty()) {
            var next = waiting.removeLast();
            underWay++;
            if (!next.take()) {
                underWay--;
            }
        }
    }
}
