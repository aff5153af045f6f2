package io.probeline.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a scripted appliance does with a command.
 *
 * @param after how long the command takes
 * @param acknowledged whether an ack comes first
 * @param progress how often progress is reported on the way, evenly
 * @param ending what comes at last
 */
public record ApplianceAnswer(Duration after, boolean acknowledged, int progress, Ending ending) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What comes at last. */
    public sealed interface Ending {
        /** The result, with these data. */
        record Ok(JsonNode data) implements Ending {}

        /** The result, with this error. */
        record Failed(String code, String message) implements Ending {}

        /** Nothing: the deadline has to pass. */
        record Never() implements Ending {}
    }

    /** At once and acknowledged, with these data. */
    public static ApplianceAnswer ok(Map<String, ?> data) {
        return new ApplianceAnswer(Duration.ZERO, true, 0, new Ending.Ok(JSON.valueToTree(data)));
    }

    public static ApplianceAnswer error(String code, String message) {
        return new ApplianceAnswer(Duration.ZERO, true, 0, new Ending.Failed(code, message));
    }

    /** Acknowledged, and then nothing. */
    public static ApplianceAnswer never() {
        return new ApplianceAnswer(Duration.ZERO, true, 0, new Ending.Never());
    }

    public ApplianceAnswer after(Duration duration) {
        return new ApplianceAnswer(duration, acknowledged, progress, ending);
    }

    public ApplianceAnswer unacknowledged() {
        return new ApplianceAnswer(after, false, progress, ending);
    }

    public ApplianceAnswer reporting(int times) {
        return new ApplianceAnswer(after, acknowledged, times, ending);
    }

    /** The frame that ends it, if there is one. */
    Optional<String> result(String commandId) {
        return switch (ending) {
            case Ending.Ok(var data) -> Optional.of(DeviceFrames.ok(commandId, data));
            case Ending.Failed(var code, var message) -> Optional.of(DeviceFrames.error(commandId, code, message));
            case Ending.Never never -> Optional.empty();
        };
    }
}
