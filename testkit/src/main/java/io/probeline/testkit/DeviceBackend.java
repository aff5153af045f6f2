package io.probeline.testkit;

import io.probeline.testkit.DeviceDoor.Registration;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** commands, cancels, heartbeats ──▶ appliances ──▶ telemetry, results: a device-management backend on loopback. */
public final class DeviceBackend implements Closeable {
    private final Map<String, Registration> devices = new ConcurrentHashMap<>();
    private final DeviceContext context;
    private final DeviceTicks ticks;
    private final String basePath;

    /**
     * How a backend runs.
     *
     * @param port 0 for a free one
     * @param basePath what comes before {@code /v1/devices}: empty, or a path that begins with a slash
     * @param telemetryEvery how often an appliance is asked for telemetry; zero for never
     * @param linger how long the socket of an ended session is still read, while its close frame is not answered
     * @param history closed by the caller, not by the backend
     */
    public record Settings(
            int port,
            String basePath,
            Duration telemetryEvery,
            Duration linger,
            InstantSource clock,
            WireHistory history) {

        /** At 10 Hz, lingering for two minutes, which is longer than a bridge may be stopped in a test. */
        public static Settings onPort(int port) {
            return new Settings(
                    port,
                    "",
                    Duration.ofMillis(100),
                    Duration.ofMinutes(2),
                    InstantSource.system(),
                    WireHistory.inMemory());
        }

        public Settings under(String path) {
            return new Settings(port, path, telemetryEvery, linger, clock, history);
        }

        public Settings telemetry(Duration every) {
            return new Settings(port, basePath, every, linger, clock, history);
        }

        public Settings lingering(Duration atMost) {
            return new Settings(port, basePath, telemetryEvery, atMost, clock, history);
        }

        public Settings recordingTo(WireHistory into) {
            return new Settings(port, basePath, telemetryEvery, linger, clock, into);
        }
    }

    private DeviceBackend(DeviceContext context, DeviceTicks ticks, String basePath) {
        this.context = context;
        this.ticks = ticks;
        this.basePath = basePath;
    }

    /** With the settings that are usual, on this port or, for 0, a free one. */
    public static DeviceBackend start(int port) throws IOException {
        return start(Settings.onPort(port));
    }

    public static DeviceBackend start(Settings settings) throws IOException {
        var loop = DeviceLoop.bind(settings.port());
        var context = new DeviceContext(loop, settings.history(), settings.clock(), settings.linger());
        var ticks = new DeviceTicks(loop, settings.telemetryEvery(), settings.clock());
        var backend = new DeviceBackend(context, ticks, settings.basePath());
        var door = new DeviceDoor(settings.basePath(), backend.devices::get);
        loop.post(ticks::start);
        loop.start(new DeviceSockets(context, door, ticks));
        return backend;
    }

    public int port() {
        return context.loop().port();
    }

    /** What {@code DEVICE_BACKEND_URL} is to be. */
    public String url() {
        return "ws://127.0.0.1:" + port() + basePath;
    }

    /** From now on this device exists. */
    public void register(String deviceId, String secret, Appliance appliance) {
        var device = new Registration(secret, new DeviceLine(deviceId, appliance, context));
        if (devices.putIfAbsent(deviceId, device) != null) {
            throw new IllegalArgumentException("there is a device with this id already: " + deviceId);
        }
    }

    /** Changes the secret by which the device's next connection is let in; a session that is there goes on. */
    public void secret(String deviceId, String secret) {
        var known = devices.computeIfPresent(deviceId, (id, device) -> new Registration(secret, device.line()));
        if (known == null) {
            throw new IllegalArgumentException("there is no such device: " + deviceId);
        }
    }

    /** The device exists no longer: its session ends with 4004, and a new connection gets 404. */
    public void forget(String deviceId) {
        var device = devices.remove(deviceId);
        if (device != null) {
            context.loop().post(() -> device.line().end(4004, "no such device"));
        }
    }

    /** Everything that was seen on the wire so far, in order. */
    public List<Wire> history() {
        return context.history().events();
    }

    /** The record behind {@link #history}, to be listened to or asked for one kind of event. */
    public WireHistory record() {
        return context.history();
    }

    /** How many devices have a session. */
    public int sessions() {
        return context.sessions().get();
    }

    /** How many telemetry objects were sent so far, over all devices. */
    public long telemetrySent() {
        return context.telemetry().get();
    }

    /** How many were left out instead of being queued, because a bridge did not read fast enough. */
    public long telemetrySkipped() {
        return context.skipped().get();
    }

    /** How many tenths of a round of telemetry the backend itself was too slow for. */
    public long turnsMissed() {
        return ticks.missed();
    }

    /** Ends every session with 1001 and closes the port. */
    @Override
    public void close() {
        devices.values().forEach(d -> context.loop().post(() -> d.line().end(1001, "the backend stops")));
        context.loop().close();
    }

    /** As if the process were killed: no close frame, and connections to the port are refused. */
    public void abort() {
        context.loop().close();
    }
}
