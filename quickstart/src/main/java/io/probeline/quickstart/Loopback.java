package io.probeline.quickstart;

import io.probeline.runtime.World;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Real TCP connections to a port of this machine, timed from SYN to established. It waits. For any thread.
 *
 * @param port where somebody listens; 0 while nobody does
 */
record Loopback(IntSupplier port, World world) {
    private static final Logger log = LoggerFactory.getLogger(Loopback.class);
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int TIME_OUT_MILLIS = 1_000;

    /** What so many connections in a row took; those that failed are not among the times. */
    record Pings(int tried, List<Duration> times) {
        Pings {
            times = List.copyOf(times);
        }

        DoubleSummaryStatistics millis() {
            return times.stream().collect(Collectors.summarizingDouble(Loopback::millis));
        }
    }

    static double millis(Duration time) {
        return time.toNanos() / NANOS_PER_MILLI;
    }

    String target() {
        return "127.0.0.1:" + port.getAsInt();
    }

    /** Empty where nobody answered. */
    Optional<Duration> connect() {
        var to = port.getAsInt();
        if (to <= 0) {
            return Optional.empty();
        }
        try (var socket = new Socket()) {
            var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), to);
            var begun = world.nanos();
            socket.connect(address, TIME_OUT_MILLIS);
            return Optional.of(Duration.ofNanos(world.nanos() - begun));
        } catch (IOException e) {
            log.debug("no connection to {}", target(), e);
            return Optional.empty();
        }
    }

    Pings connect(int samples) {
        var times = new ArrayList<Duration>();
        for (int i = 0; i < samples && !Thread.currentThread().isInterrupted(); i++) {
            connect().ifPresent(times::add);
        }
        return new Pings(samples, times);
    }
}
