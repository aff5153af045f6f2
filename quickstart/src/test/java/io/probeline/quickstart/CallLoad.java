package io.probeline.quickstart;

import io.probeline.record.LineKind;
import io.probeline.record.Priority;
import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import io.probeline.record.TranscriptLine;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.SchemaRegistry;
import io.probeline.schemas.Topic;
import io.probeline.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Calls as bridge and processor write them: frames twice a second in each, so a line every 5 s; fifty of them, or a quarter where there are fewer, have a weak signal that
 * is critical and a lost device every two minutes.
 */
final class CallLoad {
    /** So many calls with a line every 5 s are a load of 300 lines a minute. */
    static final int CALLS_OF_A_QUOTA = 25;

    private static final Duration BEAT = Duration.ofMillis(500);
    private static final int BEATS_OF_A_CYCLE = 240;
    private static final int BEATS_OF_A_DIP = 30;
    private static final int EVENTFUL = 50;

    private final Producer<byte[], byte[]> producer;
    private final AvroFormat<Telemetry> telemetry;
    private final AvroFormat<TranscriptLine> transcript;
    private final Random random;
    private final int calls;
    private int beats;
    private volatile @Nullable Exception failed;

    CallLoad(Producer<byte[], byte[]> producer, SchemaRegistry registry, int calls, long seed) {
        this.producer = producer;
        this.telemetry = new AvroFormat<>(Topics.TELEMETRY, registry);
        this.transcript = new AvroFormat<>(Topics.TRANSCRIPT, registry);
        this.calls = calls;
        this.random = new Random(seed);
    }

    static Duration beat() {
        return BEAT;
    }

    /** One beat of every call; the calls' frames are spread over it by their number, in the time of receipt. */
    void beat(Instant now) {
        for (int call = 0; call < calls; call++) {
            int phase = Math.floorMod(beats - call * 37, BEATS_OF_A_CYCLE);
            boolean eventful = call % Math.max(4, calls / EVENTFUL) == 0;
            boolean dips = eventful && phase < BEATS_OF_A_DIP;
            send(
                    Topics.TELEMETRY,
                    telemetry,
                    call,
                    frame(call, TelemetryKind.FRAME, now)
                            .setMetrics(Map.of(
                                    "signal_strength", (dips ? -95 : -65) + random.nextGaussian(),
                                    "latency", 40 + random.nextGaussian() * 5))
                            .build());
            if (eventful && phase == BEATS_OF_A_CYCLE / 2) {
                send(Topics.TRANSCRIPT, transcript, call, lost(call, now));
            }
        }
        beats++;
    }

    void end(Instant now) {
        for (int call = 0; call < calls; call++) {
            send(
                    Topics.TELEMETRY,
                    telemetry,
                    call,
                    frame(call, TelemetryKind.END, now).build());
        }
        producer.flush();
    }

    static String id(int call) {
        return "call-" + call;
    }

    private static Telemetry.Builder frame(int call, TelemetryKind kind, Instant now) {
        return Telemetry.newBuilder()
                .setInteractionId(id(call))
                .setSessionId("session-" + call)
                .setDeviceId("device-" + call)
                .setKind(kind)
                .setReceivedAt(now)
                .setMetrics(Map.of());
    }

    private static TranscriptLine lost(int call, Instant now) {
        return TranscriptLine.newBuilder()
                .setLineId("lost-" + call + "-" + now.toEpochMilli())
                .setInteractionId(id(call))
                .setSessionId("session-" + call)
                .setDeviceId("device-" + call)
                .setKind(LineKind.LOST)
                .setPriority(Priority.ALARM)
                .setAt(now)
                .build();
    }

    private <T extends SpecificRecord> void send(Topic<T> topic, AvroFormat<T> format, int call, T value) {
        var key = id(call).getBytes(StandardCharsets.UTF_8);
        var before = failed;
        if (before != null) {
            throw new AssertionError("the load could not be written", before);
        }
        var _ = producer.send(new ProducerRecord<>(topic.name(), key, format.encode(value)), (meta, failure) -> {
            if (failure != null) {
                failed = failure;
            }
        });
    }
}
