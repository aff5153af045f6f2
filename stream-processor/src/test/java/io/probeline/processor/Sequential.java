package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Aggregate;
import io.probeline.record.AggregateKind;
import io.probeline.record.Alert;
import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import io.probeline.record.TranscriptLine;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Topic;
import io.probeline.schemas.Topics;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;

/** The telemetry topic read from its beginning by one reader, and what the service has written held against what this one finds. */
final class Sequential implements AutoCloseable {
    private final Cluster cluster;
    private final TopicReader telemetry;
    private final TopicReader aggregates;
    private final Map<String, Found> found = new LinkedHashMap<>();
    private int read;

    Sequential(Cluster cluster) {
        this.cluster = cluster;
        this.telemetry = cluster.reader(Topics.TELEMETRY.name());
        this.aggregates = cluster.reader(Topics.AGGREGATES.name());
    }

    int records() {
        return telemetry.read().size();
    }

    Map<String, Found> read() {
        var all = telemetry.read();
        for (var record : all.subList(read, all.size())) {
            var value = Cluster.decoded(cluster.formats.telemetry(), record);
            found.computeIfAbsent(value.getSessionId(), id -> new Found(TranscriptPolicy.EVERY_WINDOW))
                    .accept(value);
        }
        read = all.size();
        return found;
    }

    /** How many windows and totals the service has written. */
    int findings() {
        return aggregates.read().size();
    }

    /** How many sessions have their total. */
    long totals() {
        return aggregates.read().stream()
                .map(record -> Cluster.decoded(cluster.formats.aggregates(), record))
                .filter(aggregate -> aggregate.getKind() == AggregateKind.TOTAL)
                .map(Aggregate::getSessionId)
                .distinct()
                .count();
    }

    /** All that was found, in its order, once each, and to the byte. */
    void assertAllFound(int sessions, String why) {
        var expected = read();
        assertEquals(sessions, expected.size(), why);
        same(Topics.AGGREGATES, cluster.formats.aggregates(), Aggregate::getSessionId, of -> of.aggregates, why);
        same(Topics.ALERTS, cluster.formats.alerts(), Alert::getSessionId, of -> of.alerts, why);
        same(Topics.TRANSCRIPT, cluster.formats.transcript(), TranscriptLine::getSessionId, of -> of.lines, why);
    }

    private <T extends SpecificRecord> void same(
            Topic<T> topic,
            AvroFormat<T> format,
            Function<T, String> session,
            Function<Found, List<T>> expected,
            String why) {
        var written = bySession(topic, format, session);
        read().forEach((id, found) -> {
            var there = written.getOrDefault(id, List.of());
            assertEquals(
                    expected.apply(found), there.stream().map(Written::value).toList(), id + ", " + why);
            assertEquals(
                    expected.apply(found).stream()
                            .map(value -> ByteBuffer.wrap(format.encode(value)))
                            .toList(),
                    there.stream().map(Written::bytes).toList(),
                    id + ", " + why);
        });
    }

    /**
     * Every window of every session by plain code over the raw topic: none is missing, none is there twice, and each agrees to the last digit.
     *
     * @return how many there are
     */
    long assertWindowsOfTheOracle(String why) {
        var written = bySession(Topics.AGGREGATES, cluster.formats.aggregates(), Aggregate::getSessionId);
        var raw = raw();
        long windows = 0;
        for (var session : raw.keySet()) {
            var oracle = new Oracle(upToItsEnd(Objects.requireNonNull(raw.get(session))));
            var there = written.getOrDefault(session, List.of()).stream()
                    .map(Written::value)
                    .toList();
            for (long length : List.of(Interaction.FAST, Interaction.SLOW)) {
                var expected = oracle.windows(length);
                assertEquals(
                        String.join("\n", expected),
                        String.join("\n", OracleTest.windows(there, length)),
                        session + ", " + why);
                windows += expected.size();
            }
            assertEquals(List.of(oracle.total()), OracleTest.totals(there), session + ", " + why);
        }
        assertTrue(windows > 20L * raw.size(), why);
        return windows;
    }

    /** The alerts of each session. */
    Map<String, List<Alert>> alerts() {
        return bySession(Topics.ALERTS, cluster.formats.alerts(), Alert::getSessionId).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> entry.getValue().stream().map(Written::value).toList()));
    }

    private Map<String, List<Telemetry>> raw() {
        return telemetry.read().stream()
                .map(record -> Cluster.decoded(cluster.formats.telemetry(), record))
                .collect(Collectors.groupingBy(Telemetry::getSessionId, LinkedHashMap::new, Collectors.toList()));
    }

    /** An instance that takes a session over may write a tick before it has read that the session is over: it comes after the END, and closes nothing. */
    private static List<Telemetry> upToItsEnd(List<Telemetry> records) {
        for (int i = 0; i < records.size(); i++) {
            if (records.get(i).getKind() == TelemetryKind.END) {
                return records.subList(0, i + 1);
            }
        }
        return records;
    }

    /** As it was written. */
    private record Written<T>(T value, ByteBuffer bytes) {}

    private <T extends SpecificRecord> Map<String, List<Written<T>>> bySession(
            Topic<T> topic, AvroFormat<T> format, Function<T, String> session) {
        try (var reader = cluster.reader(topic.name())) {
            return reader.read().stream()
                    .map(record -> new Written<>(Cluster.decoded(format, record), ByteBuffer.wrap(record.value())))
                    .collect(Collectors.groupingBy(written -> session.apply(written.value())));
        }
    }

    @Override
    public void close() {
        telemetry.close();
        aggregates.close();
    }
}
