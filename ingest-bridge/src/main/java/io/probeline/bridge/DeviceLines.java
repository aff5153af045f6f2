package io.probeline.bridge;

import io.micrometer.core.instrument.Gauge;
import io.probeline.record.Session;
import io.probeline.schemas.DeviceId;
import io.probeline.schemas.Windows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * The devices that this bridge owns. Any thread may call it: each call is carried out on the device loop, in the order of the calls
 * of one thread.
 *
 * <p>Metrics: {@code probeline_bridge_devices}; {@code probeline_bridge_bad_frames_total} by {@code reason}.
 */
final class DeviceLines {
    /**
     * After a window's end: so long the next frame may take to close it, and no longer, since the whole way to who reads the window has to be over within 250 ms
     * (ADR 2).
     */
    private static final Duration PATIENCE = Duration.ofMillis(50);

    private static final Duration RETRY = Duration.ofMillis(50);

    private final LineParts parts;
    private final FrameDecoder decoder = new FrameDecoder();
    private final Map<DeviceId, DeviceLine> lines = new HashMap<>();
    private final List<Release> releases = new ArrayList<>();

    /** Partitions on their way to another bridge, and the devices of theirs that are not settled yet. */
    private record Release(Set<Integer> partitions, Set<DeviceId> unsettled, CompletableFuture<Void> settled) {
        void left(DeviceId device) {
            unsettled.remove(device);
            if (unsettled.isEmpty()) {
                settled.complete(null);
            }
        }
    }

    DeviceLines(LineParts parts) {
        this.parts = parts;
        Gauge.builder("probeline_bridge_devices", lines, Map::size).register(parts.metrics());
        parts.loop().post(this::nextWindowEnd);
        parts.loop().post(this::nextRetry);
    }

    /** A device that has become ours, or one of ours with its next session. */
    void open(Takeover takeover) {
        parts.loop().post(() -> {
            var device = new DeviceId(takeover.session().getDeviceId());
            var known = lines.get(device);
            if (known != null) {
                known.session(takeover.session());
                return;
            }
            var line = new DeviceLine(parts, decoder, takeover);
            lines.put(device, line);
            line.start(takeover.place(), read -> arrived(line, read));
        });
    }

    /** A session that has changed; of no interest where its device has no line any more. */
    void session(Session session) {
        var device = new DeviceId(session.getDeviceId());
        parts.loop().post(() -> {
            var line = lines.get(device);
            if (line != null) {
                line.session(session);
                review(line);
            }
        });
    }

    /** What was read for a line that has left meanwhile is not for the one that came after it, which reads from its own place. */
    private void arrived(DeviceLine line, List<ReadCommand> commands) {
        parts.loop().post(() -> {
            if (lines.get(line.device()) == line) {
                line.arrived(commands);
                review(line);
            }
        });
    }

    void committed(DeviceId device, LaneAction.Commit commit, boolean accepted) {
        parts.loop().post(() -> {
            var line = lines.get(device);
            if (line != null) {
                line.committed(commit, accepted);
                review(line);
            }
        });
    }

    /** Gives partitions away: each device's connection closes once what it has in flight has its outcome. */
    CompletableFuture<Void> release(Set<Integer> partitions) {
        var settled = new CompletableFuture<Void>();
        parts.loop().post(() -> {
            var theirs = of(partitions);
            var devices = theirs.stream().map(DeviceLine::device).collect(Collectors.toCollection(HashSet::new));
            var release = new Release(Set.copyOf(partitions), devices, settled);
            releases.add(release);
            theirs.forEach(DeviceLine::settle);
            theirs.forEach(this::review);
            if (theirs.isEmpty()) {
                settled.complete(null);
            }
        });
        return settled;
    }

    /** Lets go at once: others own these partitions, or the wait for {@link #release} is over. */
    CompletableFuture<Void> drop(Set<Integer> partitions) {
        var dropped = new CompletableFuture<Void>();
        parts.loop().post(() -> {
            of(partitions).forEach(this::remove);
            releases.removeIf(release -> release.settled().isDone());
            dropped.complete(null);
        });
        return dropped;
    }

    private List<DeviceLine> of(Set<Integer> partitions) {
        return lines.values().stream()
                .filter(line -> partitions.contains(line.partition()))
                .toList();
    }

    private void review(DeviceLine line) {
        if (line.over() || (leaving(line) && line.settled())) {
            remove(line);
        }
    }

    private boolean leaving(DeviceLine line) {
        return releases.stream().anyMatch(release -> release.partitions().contains(line.partition()));
    }

    private void remove(DeviceLine line) {
        line.leave();
        lines.remove(line.device());
        releases.forEach(release -> release.left(line.device()));
    }

    private void nextRetry() {
        parts.log().retry();
        parts.loop().after(RETRY, this::nextRetry);
    }

    private void nextWindowEnd() {
        var wall = parts.loop().now().wall();
        var end = Windows.nextEnd(wall);
        parts.loop().after(Duration.between(wall, end.plus(PATIENCE)), () -> {
            new HashSet<>(lines.values()).forEach(line -> {
                line.windowEnded(end);
                review(line);
            });
            nextWindowEnd();
        });
    }
}
