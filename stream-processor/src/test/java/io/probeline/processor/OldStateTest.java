package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.probeline.schemas.MetricRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** State that earlier versions left in the changelog is gone on from. The files were written by those versions, from the frames below. */
class OldStateTest {
    private final Frames frames = Frames.of("a");
    private final InteractionCodec codec = new InteractionCodec(MetricRules::shipped);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void isGoneOnFrom(int version) throws IOException {
        var whole = new Found(TranscriptPolicy.EVERY_WINDOW);
        feed(whole, 0, 123);
        var restored = new Found(TranscriptPolicy.EVERY_WINDOW);
        restored.restore(codec.decode(state("v" + version)));
        int aggregates = whole.aggregates.size();
        int alerts = whole.alerts.size();
        feed(whole, 123, 300);
        feed(restored, 123, 300);
        whole.accept(frames.end(31));
        restored.accept(frames.end(31));
        assertEquals(whole.alerts.subList(alerts, whole.alerts.size()), restored.alerts);
        var expected = whole.aggregates.subList(aggregates, whole.aggregates.size());
        // The first has no sketch: of the windows that were open then, only the newer has what came into them.
        assertEquals(
                version == 1 ? expected.subList(3, expected.size()) : expected,
                version == 1 ? restored.aggregates.subList(3, restored.aggregates.size()) : restored.aggregates);
    }

    @Test
    void whatIsWrittenTodayIsItsNewestVersion() throws IOException {
        var found = new Found(TranscriptPolicy.EVERY_WINDOW);
        feed(found, 0, 123);
        assertEquals(
                HexFormat.of().formatHex(state("today")), HexFormat.of().formatHex(codec.encode(found.interaction())));
    }

    @Test
    void whatIsNewerIsRefused() throws IOException {
        var newer = state("today");
        newer[0] = 99;
        assertThrows(IllegalStateException.class, () -> codec.decode(newer));
    }

    private void feed(Found found, int from, int to) {
        for (int i = from; i < to; i++) {
            // The bytes of the state are by name; those of version 3 that are kept here were still in the order of
            // arrival.
            var metrics = new LinkedHashMap<String, Double>();
            metrics.put("latency", 140.0 + i);
            metrics.put("errors", i % 17 == 0 ? 1.0 : 0);
            metrics.put("signal_strength", -70 - i / 5.0);
            found.accept(frames.frame(i / 10.0, metrics));
        }
    }

    private static byte[] state(String version) throws IOException {
        var name = "interaction-" + version + ".hex";
        try (var in = OldStateTest.class.getResourceAsStream(name)) {
            return HexFormat.of()
                    .parseHex(new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.US_ASCII)
                            .strip());
        }
    }
}
