package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.probeline.record.DeviceEventKind;
import io.probeline.record.Outcome;
import io.probeline.record.Session;
import io.probeline.record.SessionState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All bridges are away for hours, and sessions end meanwhile. */
class OutageTest {
    private static final String DEVICE = "left-alone";

    @Test
    void whatWasLeftInTheQueueOfASessionThatEndedHoursAgoHasOneOutcome(@TempDir Path folder) throws Exception {
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        try (var site = Site.open(folder)) {
            site.device(DEVICE);
            site.session(DEVICE, SessionState.RUNNING);
            site.ended(DEVICE, "told", now.minus(Duration.ofHours(3)));
            site.command(DEVICE, "told", "ping_latency");
            site.command(DEVICE, "untold", "ping_latency");
            var closed = site.becomes(DEVICE, SessionState.CLOSED);
            var hoursAgo = now.minus(Duration.ofHours(2));
            site.session(Session.newBuilder(closed)
                    .setClosedAt(hoursAgo)
                    .setUpdatedAt(hoursAgo)
                    .build());
            site.vouched(now.minus(Duration.ofMinutes(179)));
            site.bridge();
            assertEquals(
                    Outcome.SESSION_CLOSED,
                    site.outcome(DEVICE, "untold").getOutcome().orElseThrow());
            assertEquals(2, site.events(DEVICE, DeviceEventKind.COMMAND_DONE).size());
        }
    }
}
