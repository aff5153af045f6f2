package io.probeline.processor;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.probeline.record.Aggregate;
import io.probeline.record.Alert;
import io.probeline.record.DeadLetter;
import io.probeline.record.DeviceEvent;
import io.probeline.record.Session;
import io.probeline.record.SessionRequest;
import io.probeline.record.Telemetry;
import io.probeline.record.TranscriptLine;
import io.probeline.runtime.KafkaSettings;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.LocalSchemaRegistry;
import io.probeline.schemas.MetricRules;
import io.probeline.schemas.Topic;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.jspecify.annotations.Nullable;

/** Both topologies on Streams' driver, with its clock in the test's hand. What they write to telemetry comes back as input, as in Kafka. */
final class Driven implements AutoCloseable {
    static final Duration MAX_AGE = Duration.ofHours(4);
    static final Duration IDLE = Duration.ofMinutes(15);

    final Formats formats = Formats.of(new LocalSchemaRegistry());
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    /** Every output in order, as topic, key and bytes. */
    final List<ProducerRecord<String, byte[]>> written = new ArrayList<>();

    /** The telemetry topic as it is: what was put in, and what the processor wrote between. */
    final List<ProducerRecord<String, byte[]>> telemetry = new ArrayList<>();

    private final Map<Job, Topology> topologies = new EnumMap<>(Job.class);
    private final Map<Job, TopologyTestDriver> drivers = new EnumMap<>(Job.class);
    private final Map<String, TestInputTopic<String, byte[]>> inputs = new HashMap<>();
    private long now = Frames.ZERO;

    Driven(TranscriptPolicy policy) {
        this(terms(policy));
    }

    /** @param terms may change on the way */
    Driven(Supplier<Terms> terms) {
        var parts = new Parts(formats, terms, MAX_AGE, IDLE, new ProcessorMetrics(metrics), time -> {});
        for (var job : Job.values()) {
            var settings = StreamsSettings.of(job, KafkaSettings.at("127.0.0.1:1"), 1);
            var topology = ProcessorTopology.of(job, parts, settings);
            topologies.put(job, topology);
            drivers.put(job, new TopologyTestDriver(topology, settings, Instant.ofEpochMilli(now)));
        }
        input(Job.SESSIONS, Topics.SESSION_REQUESTS);
        input(Job.SESSIONS, Topics.DEVICE_EVENTS);
        input(Job.WINDOWS, Topics.TELEMETRY);
    }

    private static Supplier<Terms> terms(TranscriptPolicy policy) {
        var terms = new Terms(MetricRules.shipped(), policy, MAX_AGE);
        return () -> terms;
    }

    private void input(Job job, Topic<?> topic) {
        inputs.put(
                topic.name(),
                driver(job).createInputTopic(topic.name(), new StringSerializer(), new ByteArraySerializer()));
    }

    private TopologyTestDriver driver(Job job) {
        return Objects.requireNonNull(drivers.get(job));
    }

    void telemetry(Telemetry record) {
        raw(Topics.TELEMETRY, record.getInteractionId(), formats.telemetry().encode(record));
    }

    void request(SessionRequest request) {
        raw(Topics.SESSION_REQUESTS, request.getDeviceId(), formats.requests().encode(request));
    }

    void event(DeviceEvent event) {
        raw(Topics.DEVICE_EVENTS, event.getDeviceId(), formats.events().encode(event));
    }

    void raw(Topic<?> topic, @Nullable String key, byte @Nullable [] value) {
        var input = inputs.get(topic.name());
        if (input == null) {
            throw new IllegalArgumentException(topic.name() + " is no input");
        }
        pipe(new ProducerRecord<>(topic.name(), null, now, key, value), input);
    }

    /** A recorded topic again, at no particular time of day. */
    void replay(List<ProducerRecord<String, byte[]>> topic) {
        for (var record : topic) {
            pipe(record, Objects.requireNonNull(inputs.get(record.topic())));
        }
    }

    private void pipe(ProducerRecord<String, byte[]> record, TestInputTopic<String, byte[]> input) {
        if (record.topic().equals(Topics.TELEMETRY.name())) {
            telemetry.add(record);
        }
        input.pipeInput(record.key(), record.value(), record.timestamp());
        settle();
    }

    double count(String metric, String... tags) {
        return metrics.counter(metric, tags).count();
    }

    /** Objects that a store holds. */
    double entries(String store) {
        return metrics.get("probeline_store_entries")
                .tag("store", store)
                .gauge()
                .value();
    }

    String description(Job job) {
        return Objects.requireNonNull(topologies.get(job)).describe().toString();
    }

    /** The wall clock goes on, second by second, as punctuation would see it. */
    void pass(Duration time) {
        for (long left = time.toMillis(); left > 0; left -= 1_000) {
            for (var driver : drivers.values()) {
                driver.advanceWallClockTime(Duration.ofMillis(Math.min(left, 1_000)));
            }
            now += Math.min(left, 1_000);
            settle();
        }
    }

    List<Aggregate> aggregates() {
        return read(Topics.AGGREGATES, formats.aggregates());
    }

    List<Alert> alerts() {
        return read(Topics.ALERTS, formats.alerts());
    }

    List<TranscriptLine> lines() {
        return read(Topics.TRANSCRIPT, formats.transcript());
    }

    List<Session> sessions() {
        return read(Topics.SESSIONS, formats.sessions());
    }

    List<Telemetry> ticks() {
        return read(Topics.TELEMETRY, formats.telemetry());
    }

    List<DeadLetter> deadLetters() {
        return read(Topics.DEAD_LETTERS, formats.deadLetters());
    }

    @Override
    public void close() {
        drivers.values().forEach(TopologyTestDriver::close);
    }

    /** What the sessions write to telemetry is read by the windows; their own ticks their driver has fed back already. */
    private void settle() {
        for (var record : settle(Job.SESSIONS)) {
            if (record.topic().equals(Topics.TELEMETRY.name())) {
                Objects.requireNonNull(inputs.get(record.topic()))
                        .pipeInput(record.key(), record.value(), record.timestamp());
            }
        }
        settle(Job.WINDOWS);
    }

    private List<ProducerRecord<String, byte[]>> settle(Job job) {
        var settled = new ArrayList<ProducerRecord<String, byte[]>>();
        for (var topic : outputs(job)) {
            var output =
                    driver(job).createOutputTopic(topic.name(), new StringDeserializer(), new ByteArrayDeserializer());
            for (var read : output.readRecordsToList()) {
                var record = new ProducerRecord<>(topic.name(), null, read.timestamp(), read.key(), read.value());
                written.add(record);
                settled.add(record);
                if (topic.equals(Topics.TELEMETRY)) {
                    telemetry.add(record);
                }
            }
        }
        return settled;
    }

    private static List<Topic<?>> outputs(Job job) {
        return switch (job) {
            case SESSIONS -> List.of(Topics.SESSIONS, Topics.TELEMETRY, Topics.TRANSCRIPT, Topics.DEAD_LETTERS);
            case WINDOWS ->
                List.of(Topics.TELEMETRY, Topics.AGGREGATES, Topics.ALERTS, Topics.TRANSCRIPT, Topics.DEAD_LETTERS);
        };
    }

    private <T extends SpecificRecord> List<T> read(Topic<T> topic, AvroFormat<T> format) {
        var records = new ArrayList<T>();
        for (var record : written) {
            if (record.topic().equals(topic.name())) {
                switch (format.decode(record.value())) {
                    case Decoded.Ok<T>(var value) -> records.add(value);
                    case Decoded.Rejected<T> rejected -> throw new AssertionError(rejected);
                }
            }
        }
        return List.copyOf(records);
    }
}
