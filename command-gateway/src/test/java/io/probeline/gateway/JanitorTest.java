package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.probeline.record.RequestKind;
import io.probeline.record.Session;
import io.probeline.record.SessionState;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.DeviceId;
import io.probeline.schemas.LocalSchemaRegistry;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whose command topic may go. */
class JanitorTest {
    private final Instant now = Instant.parse("2026-11-22T12:00:00Z");

    @BeforeAll
    static void trust() {
        var _ = new AvroFormat<>(Topics.AUDIT, new LocalSchemaRegistry());
    }

    @Test
    void onlyThatOfADeviceWithoutASessionForADay() {
        var open = DeviceStanding.NONE.on(DeviceStandingTest.session("S", 1, SessionState.RUNNING));
        var standings = Map.of(
                "open", open,
                "just-closed", closed(now.minus(Duration.ofHours(23))),
                "long-closed", closed(now.minus(Duration.ofHours(25))),
                "asked-again",
                        closed(now.minus(Duration.ofHours(25)))
                                .on(DeviceStandingTest.request(RequestKind.OPEN, "S2", 2)));
        var devices = List.of("open", "just-closed", "long-closed", "asked-again", "nobody-knows").stream()
                .map(DeviceId::new)
                .toList();
        assertEquals(List.of(new DeviceId("long-closed")), Janitor.idle(devices, standings, now));
    }

    @Test
    void soManyAtOnceAndNoMore() {
        var standings = new HashMap<String, DeviceStanding>();
        var devices = IntStream.range(0, Janitor.MOST + 50)
                .mapToObj(each -> new DeviceId("d" + each))
                .toList();
        devices.forEach(device -> standings.put(device.value(), closed(now.minus(Duration.ofDays(2)))));
        assertEquals(Janitor.MOST, Janitor.idle(devices, standings, now).size());
    }

    private static DeviceStanding closed(Instant at) {
        return DeviceStanding.NONE.on(Session.newBuilder(DeviceStandingTest.session("S", 1, SessionState.CLOSED))
                .setClosedAt(at)
                .build());
    }
}
