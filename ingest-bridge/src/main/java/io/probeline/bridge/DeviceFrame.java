package io.probeline.bridge;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a device says (device protocol, "Device to bridge"), read and checked. */
sealed interface DeviceFrame {
    /** Values now. */
    record Telemetry(@Nullable Instant deviceTime, @Nullable Long seq, Map<String, Double> metrics)
            implements DeviceFrame {}

    /** The command has arrived. */
    record Ack(String commandId) implements DeviceFrame {}

    /** The command is under way. */
    record Progress(
            String commandId, double percent, @Nullable String message) implements DeviceFrame {}

    /** The command has ended well; {@code data} is JSON text as the device wrote it. */
    record Succeeded(String commandId, @Nullable String data) implements DeviceFrame {}

    /** The command has ended badly. */
    record Failed(String commandId, String code, @Nullable String message) implements DeviceFrame {}

    /** A heartbeat is answered. */
    record HeartbeatAck(long id) implements DeviceFrame {}
}
