package io.probeline.processor;

import io.probeline.record.TelemetryKind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the schema of now wrote straight into a view, without making objects: a third of what Avro's own reader costs. It takes only what is well formed
 * and what {@link Checks} lets pass; at anything else it gives up, and Avro's reader has the last word. A fuzz test holds the two to each other.
 *
 * <p>The format is Avro binary (Avro 1.12, "Binary Encoding"): zig-zag variable-length integers, strings and blocks of a map with their length in front, doubles
 * as eight bytes, the fields in the schema's order. Owned by one thread.
 */
final class TelemetryScan {
    private static final VarHandle DOUBLES =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

    private static final TelemetryKind[] KINDS = TelemetryKind.values();

    /** As a power of two: some thousands of sessions in each partition. */
    private static final int SESSIONS = 13;

    private static final int NAMES = 10;

    /** Longer numbers are those that nobody writes. */
    private static final int LONGEST_NUMBER = 9;

    /** Thrown and caught here alone, and without a trace, since it means no more than "no". */
    private static final class GivesUp extends RuntimeException {
        private static final long serialVersionUID = 1L;

        GivesUp() {
            super("not for a scan", null, false, false);
        }
    }

    private final BytesCache<KnownSession> sessions = new BytesCache<>(SESSIONS, this::session);
    private final BytesCache<String> names = new BytesCache<>(NAMES, TelemetryScan::name);
    private final TelemetryView view;
    private byte[] bytes = {};
    private int at;

    TelemetryScan(TelemetryView into) {
        this.view = into;
    }

    /** Whether the view shows the record that begins there; if not, the view shows nothing of use. */
    boolean scan(byte[] from, int offset) {
        bytes = from;
        at = offset;
        try {
            record();
            return at == bytes.length;
        } catch (GivesUp e) {
            return false;
        }
    }

    private void record() {
        view.begin(session());
        var kind = kind();
        long receivedAt = number();
        require(Checks.sane(receivedAt));
        view.received(kind, receivedAt);
        if (present()) {
            view.deviceTime(number());
        }
        if (present()) {
            number(); // The sequence is the bridge's business: it has counted what is missing.
        }
        long lost = number();
        long duplicates = number();
        require(lost >= 0 && duplicates >= 0);
        view.missed(lost, duplicates);
        metrics();
    }

    /** In one block, as it is written; a name that comes twice is for Avro to settle. */
    private void metrics() {
        long count = number();
        if (count == 0) {
            return;
        }
        require(count > 0 && count <= MetricSet.MOST);
        for (long left = count; left > 0; left--) {
            var name = name();
            double value = real();
            require(Checks.value(value));
            view.metric(name, value);
        }
        require(number() == 0 && distinct());
    }

    /** Names are interned. */
    @SuppressWarnings("ReferenceEquality")
    private boolean distinct() {
        for (int one = 1; one < view.size(); one++) {
            for (int other = 0; other < one; other++) {
                if (view.name(one) == view.name(other)) {
                    return false;
                }
            }
        }
        return true;
    }

    private TelemetryKind kind() {
        long index = number();
        require(index >= 0 && index < KINDS.length);
        return KINDS[(int) index];
    }

    /** Which branch of a union of null and something. */
    private boolean present() {
        long branch = number();
        require(branch == 0 || branch == 1);
        return branch == 1;
    }

    /** The three ids are looked up as one: each of their bytes is read once. */
    private KnownSession session() {
        int begin = at;
        int id = skip();
        view.id(bytes, at - id, id);
        skip();
        skip();
        return known(sessions.of(bytes, begin, at - begin));
    }

    private String name() {
        int length = skip();
        return known(names.of(bytes, at - length, length));
    }

    private static <T> T known(@Nullable T found) {
        if (found == null) {
            throw new GivesUp();
        }
        return found;
    }

    /** Over a string; @return its length, which is in front of it. */
    private int skip() {
        long length = number();
        require(length >= 0 && length <= bytes.length - at);
        at += (int) length;
        return (int) length;
    }

    private @Nullable KnownSession session(byte[] from, int offset, int length) {
        bytes = from;
        at = offset;
        var subject = new Subject(string(), string(), string());
        boolean valid =
                Checks.id(subject.interactionId()) && Checks.id(subject.sessionId()) && Checks.id(subject.deviceId());
        return valid ? new KnownSession(subject) : null;
    }

    private static @Nullable String name(byte[] from, int offset, int length) {
        var name = new String(from, offset, length, StandardCharsets.UTF_8).intern();
        return Checks.name(name) ? name : null;
    }

    private String string() {
        int length = skip();
        return new String(bytes, at - length, length, StandardCharsets.UTF_8);
    }

    private double real() {
        require(Double.BYTES <= bytes.length - at);
        double value = (double) DOUBLES.get(bytes, at);
        at += Double.BYTES;
        return value;
    }

    private long number() {
        if (at < bytes.length && bytes[at] >= 0) {
            long small = bytes[at++];
            return (small >>> 1) ^ -(small & 1);
        }
        long raw = 0;
        for (int read = 0; read < LONGEST_NUMBER; read++) {
            require(at < bytes.length);
            byte next = bytes[at++];
            raw |= (next & 0x7FL) << (7 * read);
            if (next >= 0) {
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
        throw new GivesUp();
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new GivesUp();
        }
    }
}
