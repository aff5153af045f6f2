package io.probeline.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A device backend as a process of its own: {@code port devices.json history.jsonl}.
 *
 * <p>The devices are {@code {"washer-17":{"secret":"…"}}}; beside the secret there may be {@code "silent":true},
 * {@code "remembersCommandIds":false}, {@code "answersAfter":"PT0.2S"} and {@code "rebootTime":"PT3S"}. Every event is
 * in the history's file before the appliance reacts to it, so a test may kill this process at any time.
 */
public final class DeviceBackendMain {
    private DeviceBackendMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 3) {
            throw new IllegalArgumentException("usage: port devices.json history.jsonl");
        }
        try (var history = WireHistory.writing(Path.of(args[2]));
                var backend = DeviceBackend.start(
                        DeviceBackend.Settings.onPort(Integer.parseInt(args[0])).recordingTo(history))) {
            var devices = new ObjectMapper().readTree(Path.of(args[1]).toFile());
            devices.properties().forEach(device -> register(backend, device.getKey(), device.getValue()));
            System.out.println("ready " + backend.url());
            new CountDownLatch(1).await();
        }
    }

    private static void register(DeviceBackend backend, String deviceId, JsonNode options) {
        var appliance = new ScriptedAppliance();
        appliance.silent(options.path("silent").asBoolean(false));
        appliance.remembersCommandIds(options.path("remembersCommandIds").asBoolean(true));
        var after = Duration.parse(options.path("answersAfter").asText("PT0S"));
        appliance.answersAfter(after);
        var rebootTime = Duration.parse(options.path("rebootTime").asText("PT2S"));
        appliance.reboots(rebootTime, ScriptedAppliance.RebootResult.AFTER_RETURN);
        backend.register(deviceId, options.path("secret").asText(), appliance);
    }
}
