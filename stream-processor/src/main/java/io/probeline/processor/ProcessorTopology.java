package io.probeline.processor;

import io.probeline.schemas.Topic;
import io.probeline.schemas.Topics;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;

/**
 * session-requests, device-events ──▶ sessions, transcript, telemetry (END);  telemetry ──▶ aggregates, alerts, transcript
 *
 * <p>Two topologies ({@link Job}): one by deviceId, one by interactionId. Every node and store has its name here, and a store's name is in that of
 * its changelog topic: a changed name is a decision, since state does not follow it.
 */
final class ProcessorTopology {
    static final String SESSIONS_STORE = "sessions";
    static final String INTERACTIONS_STORE = "interactions";

    static final String SESSIONS_OUT = "sessions-out";
    static final String SESSION_LINES_OUT = "session-lines-out";
    static final String SESSION_ENDS_OUT = "session-ends-out";
    static final String SESSION_DEAD_LETTERS_OUT = "session-dead-letters-out";

    static final String AGGREGATES_OUT = "aggregates-out";
    static final String ALERTS_OUT = "alerts-out";
    static final String TRANSCRIPT_OUT = "transcript-out";
    static final String TICKS_OUT = "ticks-out";
    static final String DEAD_LETTERS_OUT = "dead-letters-out";

    private static final String REQUESTS_IN = "session-requests-in";
    private static final String EVENTS_IN = "device-events-in";
    private static final String TELEMETRY_IN = "telemetry-in";
    private static final String FOLD = "session-fold";
    private static final String WINDOWS = "windows";

    /** Most of a changelog is superseded within a second, so it is worth cleaning often: it bounds the time of a restore. */
    private static final Map<String, String> CHANGELOG =
            Map.of("min.cleanable.dirty.ratio", "0.2", "segment.ms", "600000", "segment.bytes", "67108864");

    private ProcessorTopology() {}

    static Topology of(Job job, Parts parts, Properties settings) {
        return switch (job) {
            case SESSIONS -> sessions(parts, settings);
            case WINDOWS -> windows(parts, settings);
        };
    }

    private static Topology sessions(Parts parts, Properties settings) {
        var topology = empty(settings);
        source(topology, REQUESTS_IN, Topics.SESSION_REQUESTS, new StringDeserializer());
        source(topology, EVENTS_IN, Topics.DEVICE_EVENTS, new StringDeserializer());
        topology.addProcessor(FOLD, () -> new SessionProcessor(parts), REQUESTS_IN, EVENTS_IN);
        topology.addStateStore(
                new WriteBehindBuilder<>(
                        SESSIONS_STORE,
                        new DeviceStateCodec(parts.formats().sessions()),
                        parts.metrics().store(SESSIONS_STORE),
                        CHANGELOG),
                FOLD);
        sink(topology, SESSIONS_OUT, Topics.SESSIONS, new StringSerializer(), FOLD);
        sink(topology, SESSION_LINES_OUT, Topics.TRANSCRIPT, new StringSerializer(), FOLD);
        sink(topology, SESSION_ENDS_OUT, Topics.TELEMETRY, new StringSerializer(), FOLD);
        sink(topology, SESSION_DEAD_LETTERS_OUT, Topics.DEAD_LETTERS, new StringSerializer(), FOLD);
        return topology;
    }

    /** Keys stay bytes, too: there is one for each frame, and they go out as they came. */
    private static Topology windows(Parts parts, Properties settings) {
        var topology = empty(settings);
        source(topology, TELEMETRY_IN, Topics.TELEMETRY, new ByteArrayDeserializer());
        topology.addProcessor(WINDOWS, () -> new TelemetryProcessor(parts), TELEMETRY_IN);
        topology.addStateStore(
                new WriteBehindBuilder<>(
                        INTERACTIONS_STORE,
                        new InteractionCodec(() -> parts.terms().get().rules()),
                        parts.metrics().store(INTERACTIONS_STORE),
                        CHANGELOG),
                WINDOWS);
        sink(topology, AGGREGATES_OUT, Topics.AGGREGATES, new ByteArraySerializer(), WINDOWS);
        sink(topology, ALERTS_OUT, Topics.ALERTS, new ByteArraySerializer(), WINDOWS);
        sink(topology, TRANSCRIPT_OUT, Topics.TRANSCRIPT, new ByteArraySerializer(), WINDOWS);
        sink(topology, TICKS_OUT, Topics.TELEMETRY, new ByteArraySerializer(), WINDOWS);
        sink(topology, DEAD_LETTERS_OUT, Topics.DEAD_LETTERS, new ByteArraySerializer(), WINDOWS);
        return topology;
    }

    /** Without settings it makes some of its own, and warns of them. */
    private static Topology empty(Properties settings) {
        return new Topology(new TopologyConfig(new StreamsConfig(settings)));
    }

    /** Bytes, not records: what can't be decoded is a dead letter, and only a processor can write one. */
    private static void source(Topology topology, String node, Topic<?> topic, Deserializer<?> keys) {
        topology.addSource(node, keys, new ByteArrayDeserializer(), topic.name());
    }

    private static void sink(Topology topology, String node, Topic<?> topic, Serializer<?> keys, String from) {
        topology.addSink(node, topic.name(), keys, new ByteArraySerializer(), from);
    }
}
