package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.DeviceEventKind;
import io.probeline.record.SessionState;
import io.probeline.testkit.Await;
import io.probeline.testkit.Wire;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backend whose appliance is gone closes the connection before the heartbeats could tell, and lets the bridge in again. */
class ThrownOutTest {
    private static final String DEVICE = "gone";

    @Test
    void theSilenceGoesOnOverTheNextConnection(@TempDir Path folder) throws Exception {
        try (var site = Site.open(folder)) {
            site.heartbeat = Duration.ofSeconds(3);
            site.bridge();
            var gone = site.device(DEVICE);
            site.session(DEVICE, SessionState.INITIATED);
            site.await(DEVICE, DeviceEventKind.CONNECTED);
            gone.silent(true);
            gone.muteHeartbeats(true);
            site.await(DEVICE, DeviceEventKind.SUSPECT);
            int second = heartbeats(site);
            Await.until("the last heartbeat", Site.SOON, () -> heartbeats(site) > second);
            gone.close(1011);
            site.await(DEVICE, DeviceEventKind.CONNECTED, 2);

            var lost = site.await(DEVICE, DeviceEventKind.LOST);
            var silence = Duration.between(lost.getLastSeen().orElseThrow(), lost.getAt());
            assertTrue(silence.compareTo(site.heartbeat.multipliedBy(3)) <= 0, "told after " + silence);
        }
    }

    private static int heartbeats(Site site) {
        return site.backend.record().events(Wire.Heartbeat.class).size();
    }
}
