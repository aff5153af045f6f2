package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.Aggregate;
import io.probeline.record.AggregateKind;
import io.probeline.record.MetricAggregate;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an event says, letter by letter, where other tests do not look. */
class ViewJsonTest {
    /** Every key is there, and null where there is nothing to say. */
    @Test
    void aMetricWithoutAUnitHasNone() {
        var plain = Records.metric(20);
        var counter = MetricAggregate.newBuilder(plain).setUnit("").build();
        var json = ViewJson.aggregate(Aggregate.newBuilder()
                .setInteractionId("call")
                .setSessionId("session")
                .setDeviceId("washer-17")
                .setWindowStart(Instant.EPOCH)
                .setWindowEnd(Instant.EPOCH.plusSeconds(5))
                .setKind(AggregateKind.WINDOW)
                .setReceived(50)
                .setExpected(50)
                .setLost(0)
                .setDuplicate(0)
                .setLate(0)
                .setMetrics(Map.of("errors", counter, "signal_strength", plain))
                .build());
        assertTrue(json.at("/metrics/errors").has("unit"));
        assertTrue(json.at("/metrics/errors/unit").isNull());
        assertEquals(plain.getUnit(), json.at("/metrics/signal_strength/unit").asText());
    }
}
