package io.probeline.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.probeline.testkit.ApplianceAct.Batch;
import io.probeline.testkit.ApplianceAct.Say;
import io.probeline.testkit.ApplianceAct.Telemetry;
import io.probeline.testkit.ApplianceAct.Work;
import io.probeline.testkit.DeviceBackend.Settings;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApplianceActTest {
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final DeviceBackend backend;
    private final DeviceWireClient bridge;

    ApplianceActTest() throws IOException {
        backend = DeviceBackend.start(Settings.onPort(0).telemetry(Duration.ofMillis(20)));
        backend.register("oven-3", "secret", new Oven());
        bridge = DeviceWireClient.connect(backend, "oven-3", "secret");
    }

    @BeforeEach
    void isConnected() {
        assertEquals(101, bridge.status());
    }

    @AfterEach
    void stop() throws IOException {
        bridge.close();
        backend.close();
    }

    /** Its commands take a thread: one answers, one fails, one waits for ever. */
    private final class Oven implements Appliance {
        @Override
        public List<ApplianceAct> command(DeviceCommand command, Instant now) {
            return List.of(new Work(command.commandId(), () -> work(command)));
        }

        private List<ApplianceAct> work(DeviceCommand command) throws InterruptedException {
            return switch (command.command()) {
                case "ping_latency" -> List.of(new Say(DeviceFrames.ack(command.commandId())));
                case "channel_scan" -> forEver();
                case String other -> throw new IllegalStateException("a bug in " + other);
            };
        }

        private List<ApplianceAct> forEver() throws InterruptedException {
            try {
                new CountDownLatch(1).await();
                return List.of();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        }

        @Override
        public List<ApplianceAct> tick(Instant now, long seq) {
            var heat = new Telemetry(now, Map.of("heat", 200 + seq));
            return List.of(new Batch(List.of(heat, heat)));
        }
    }

    @Test
    void severalMeasurementsMakeOneFrameAndAreNumberedEach() throws IOException {
        for (int seq = 0; seq < 6; seq += 2) {
            var array = new ObjectMapper().readTree(bridge.read().text());
            assertEquals(2, array.size());
            assertEquals(seq, array.at("/0/seq").intValue());
            assertEquals(seq + 1, array.at("/1/seq").intValue());
            assertEquals(200 + seq, array.at("/1/metrics/heat").intValue());
        }
    }

    @Test
    void workIsDoneOnAThreadOfItsOwnWhileTheLineGoesOn() throws Exception {
        bridge.send(DeviceBackendTest.command("c1", "channel_scan"));
        bridge.send(DeviceBackendTest.command("c2", "a_bug"));
        bridge.send(DeviceBackendTest.command("c3", "ping_latency"));
        assertTrue(bridge.read("ack").text().contains("c3"));
        bridge.send("{\"type\":\"cancel\",\"commandId\":\"c1\"}");
        assertTrue(interrupted.await(10, TimeUnit.SECONDS), "given up, its thread is interrupted");
        bridge.send("{\"type\":\"heartbeat\",\"id\":1}");
        bridge.read("heartbeat_ack");
    }
}
