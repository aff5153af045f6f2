package io.probeline.processor;

import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One record of {@code telemetry}, with plain numbers instead of objects: the same view is filled again for each record, since there are very many. It holds
 * until the next one is read. Owned by one thread.
 */
final class TelemetryView {
    private KnownSession session = new KnownSession(new Subject("", "", ""));
    /** Where the interactionId's bytes are: they have just been read, and so cost less to look at than any that are kept. */
    private byte[] id = {};

    private int idAt;
    private int idLength;
    private TelemetryKind kind = TelemetryKind.TICK;
    private long receivedAt;
    private boolean timed;
    private long deviceTime;
    private long lost;
    private long duplicates;
    private String[] names = new String[8];
    private double[] values = new double[8];
    private int size;
    private String[] shared = {};

    /** A view of a record that was decoded. */
    static TelemetryView of(Telemetry record) {
        var view = new TelemetryView();
        view.show(record);
        return view;
    }

    void show(Telemetry record) {
        var key = record.getInteractionId().getBytes(StandardCharsets.UTF_8);
        id(key, 0, key.length);
        begin(new KnownSession(new Subject(record.getInteractionId(), record.getSessionId(), record.getDeviceId())));
        kind = record.getKind();
        receivedAt = record.getReceivedAt().toEpochMilli();
        timed = record.getDeviceTime().isPresent();
        deviceTime = record.getDeviceTime().map(Instant::toEpochMilli).orElse(0L);
        missed(record.getLost(), record.getDuplicates());
        record.getMetrics().forEach((name, value) -> metric(name.intern(), value));
    }

    /** Begins anew, without metrics. */
    void begin(KnownSession of) {
        session = of;
        size = 0;
    }

    void id(byte[] from, int offset, int length) {
        id = from;
        idAt = offset;
        idLength = length;
    }

    void received(TelemetryKind what, long at) {
        kind = what;
        receivedAt = at;
        timed = false;
    }

    void deviceTime(long time) {
        timed = true;
        deviceTime = time;
    }

    void missed(long frames, long repeats) {
        lost = frames;
        duplicates = repeats;
    }

    void metric(String name, double value) {
        if (size == names.length) {
            names = Arrays.copyOf(names, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        names[size] = name;
        values[size] = value;
        size++;
    }

    KnownSession session() {
        return session;
    }

    /** Whether the interactionId is this key. */
    boolean keyed(byte @Nullable [] key) {
        return key != null && Arrays.equals(id, idAt, idAt + idLength, key, 0, key.length);
    }

    Subject subject() {
        return session.subject();
    }

    TelemetryKind kind() {
        return kind;
    }

    /** Milliseconds since the epoch, by the bridge's clock. */
    long receivedAt() {
        return receivedAt;
    }

    /** How far the device's clock is from the bridge's, in milliseconds; nothing where it gave no time, or none that can be one. */
    OptionalLong skew() {
        return timed ? Skew.of(deviceTime, receivedAt) : OptionalLong.empty();
    }

    long lost() {
        return lost;
    }

    long duplicates() {
        return duplicates;
    }

    /** How many metrics it has. */
    int size() {
        return size;
    }

    /** Interned. */
    String name(int metric) {
        return names[metric];
    }

    /** All of them, in the record's order. As long as records have the same ones it is the same array, so that thousands of sessions hold one; nobody changes it. */
    String[] names() {
        if (!has(shared)) {
            shared = Arrays.copyOf(names, size);
        }
        return shared;
    }

    /** Whether it has these metrics, in this order. Names are interned. */
    @SuppressWarnings("ReferenceEquality")
    boolean has(String[] others) {
        if (others.length != size) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            if (names[i] != others[i]) {
                return false;
            }
        }
        return true;
    }

    double value(int metric) {
        return values[metric];
    }
}
