package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.probeline.record.DeviceEventKind;
import io.probeline.record.SessionState;
import io.probeline.runtime.World;
import io.probeline.testkit.Await;
import io.probeline.testkit.ScriptedAppliance;
import io.probeline.testkit.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The device loop stands, or is so far behind that it comes to a socket after the device's time is over. What the device has said meanwhile is in the socket, and counts.
 */
class StandstillTest {
    private static final String DEVICE = "washer";

    private final AtomicLong ahead = new AtomicLong();
    private final AtomicReference<Runnable> atLook = new AtomicReference<>(() -> {});

    @Test
    void whoHasSpokenWhileTheLoopStoodIsNotMute(@TempDir Path folder) throws Exception {
        try (var site = Site.open(folder)) {
            site.heartbeat = Duration.ofSeconds(2);
            site.bridge(new World(
                    World.real().wall(),
                    this::nanos,
                    World.real().random(),
                    World.real().threads()));
            var washer = site.device(DEVICE);
            site.session(DEVICE, SessionState.INITIATED);
            site.await(DEVICE, DeviceEventKind.CONNECTED);
            washer.silent(true);
            washer.muteHeartbeats(true);
            site.await(DEVICE, DeviceEventKind.SUSPECT);
            int second = heartbeats(site);
            Await.until("the last heartbeat", Site.SOON, () -> heartbeats(site) > second);

            atLook.set(() -> stand(site, washer));
            site.await(DEVICE, DeviceEventKind.LIVE);
            assertEquals(0, site.events(DEVICE, DeviceEventKind.LOST).size(), "it was taken for mute");
            assertEquals(1, site.backend.record().events(Wire.Connected.class).size(), "it was dialled again");
        }
    }

    private static int heartbeats(Site site) {
        return site.backend.record().events(Wire.Heartbeat.class).size();
    }

    /** The loop's clock; all others may have it too. */
    private long nanos() {
        if (Thread.currentThread().getName().startsWith("device-loop")) {
            atLook.getAndSet(() -> {}).run();
        }
        return System.nanoTime() + ahead.get();
    }

    /** Meanwhile the device speaks, and the time of its last heartbeat passes. */
    private void stand(Site site, ScriptedAppliance washer) {
        washer.send("{\"type\":\"heartbeat_ack\",\"id\":1}");
        Await.until("its frame to be in the bridge's socket", Site.SOON, () -> unread(site.backend.port()));
        ahead.addAndGet(site.heartbeat.toNanos());
    }

    /** proc(5), net/tcp: the local and the remote {@code address:port}, the state, and the queues {@code to send:to read}, all in hex; 01 is a connection that stands. */
    private static boolean unread(int remotePort) {
        var remote = String.format(":%04X", remotePort);
        try (var plain = Files.lines(Path.of("/proc/self/net/tcp"));
                var six = Files.lines(Path.of("/proc/self/net/tcp6"))) {
            return Stream.concat(plain, six)
                    .map(line -> line.strip().split("\\s+", -1))
                    .anyMatch(field ->
                            field[2].endsWith(remote) && field[3].equals("01") && !field[4].endsWith(":00000000"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
