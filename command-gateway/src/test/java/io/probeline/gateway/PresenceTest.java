package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.probeline.gateway.Presence.Status;
import io.probeline.record.DeviceEvent;
import io.probeline.record.DeviceEventKind;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.LocalSchemaRegistry;
import io.probeline.schemas.Topics;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is shown of a device's being there, as bridges tell it. */
class PresenceTest {
    private static final SharedSite.Session SESSION =
            new SharedSite.Session("interaction", "device", "S1", new Client.Reply(202, Map.of(), ""));

    private Presence presence = Presence.UNKNOWN;

    @BeforeAll
    static void trust() {
        var _ = new AvroFormat<>(Topics.AUDIT, new LocalSchemaRegistry());
    }

    @Test
    void aDeviceIsThereWhenItsBridgeSaysSo() {
        tells("bridge-1", DeviceEventKind.CONNECTED, Status.LIVE);
        tells("bridge-1", DeviceEventKind.SUSPECT, Status.SUSPECT);
        tells("bridge-1", DeviceEventKind.LIVE, Status.LIVE);
        tells("bridge-1", DeviceEventKind.LOST, Status.DISCONNECTED);
        tells("bridge-1", DeviceEventKind.RESTORED, Status.LIVE);
        tells("bridge-1", DeviceEventKind.REFUSED, Status.DISCONNECTED);
    }

    @Test
    void aBridgeThatLearnsLateOfItsReplacementTakesNothingFromTheNext() {
        tells("bridge-1", DeviceEventKind.CONNECTED, Status.LIVE);
        tells("bridge-2", DeviceEventKind.CONNECTED, Status.LIVE);
        tells("bridge-1", DeviceEventKind.REPLACED, Status.LIVE);
        tells("bridge-2", DeviceEventKind.REPLACED, Status.DISCONNECTED);
    }

    @Test
    void theNextBridgesWordOnALostDeviceCounts() {
        tells("bridge-1", DeviceEventKind.CONNECTED, Status.LIVE);
        tells("bridge-2", DeviceEventKind.LOST, Status.DISCONNECTED);
    }

    /** Its bridge is dead, and no other has taken over: windows still end, by the processor's clock. */
    @Test
    void aDeviceOfWhichNobodyTellsIsSuspect() {
        tells("bridge-1", DeviceEventKind.CONNECTED, Status.LIVE);
        var told = Objects.requireNonNull(presence.lastSeen());
        presence = presence.silentUntil(told.plusSeconds(70));
        assertEquals(Status.LIVE, presence.status(), "its bridge tells once a minute");
        presence = presence.silentUntil(told.plusSeconds(75));
        assertEquals(Status.SUSPECT, presence.status());
        assertEquals(told, presence.lastSeen());
        tells("bridge-2", DeviceEventKind.CONNECTED, Status.LIVE);
        tells("bridge-2", DeviceEventKind.LOST, Status.DISCONNECTED);
        presence = presence.silentUntil(told.plusSeconds(1_000));
        assertEquals(Status.DISCONNECTED, presence.status());
    }

    private void tells(String bridge, DeviceEventKind kind, Status expected) {
        presence =
                presence.on(DeviceEvent.newBuilder(Records.event(SESSION, kind).build())
                        .setBridge(bridge)
                        .build());
        assertEquals(expected, presence.status());
    }
}
