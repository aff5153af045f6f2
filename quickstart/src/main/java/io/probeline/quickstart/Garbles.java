package io.probeline.quickstart;

import io.probeline.testkit.Appliance;
import io.probeline.testkit.ApplianceAct;
import io.probeline.testkit.ApplianceAct.Say;
import io.probeline.testkit.ApplianceAct.SayBinary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Mixes frames that the device protocol refuses among the good ones, one kind after the other. */
final class Garbles implements Quirk {
    /** Five in 10 s, where a hundred would end the session. */
    static final Duration EVERY = Duration.ofSeconds(2);

    private static final int TOO_LARGE = 64 * 1024 + 1;
    private static final int TOO_MANY = 65;

    static final List<ApplianceAct> KINDS = List.of(
            new Say("{\"type\":\"telemetry\",\"metrics\":{\"signal_strength\":-6"),
            new Say("{\"type\":\"gossip\",\"metrics\":{\"signal_strength\":-61.5}}"),
            new Say("{\"type\":\"telemetry\"}"),
            new Say("{\"type\":\"telemetry\",\"metrics\":{}}"),
            new Say("{\"type\":\"telemetry\",\"metrics\":{\"signal_strength\":\"weak\"}}"),
            new Say("{\"type\":\"telemetry\",\"metrics\":{\"latency\":NaN}}"),
            new Say("{\"type\":\"telemetry\",\"metrics\":{\"latency\":1e999}}"),
            new Say("{\"type\":\"telemetry\",\"metrics\":{\"Signal-Strength\":-61.5}}"),
            new Say("{\"type\":\"telemetry\",\"ts\":\"yesterday\",\"metrics\":{\"latency\":20.5}}"),
            new Say("{\"type\":\"telemetry\",\"metrics\":{" + tooManyMetrics() + "}}"),
            new Say("{\"type\":\"ack\"}"),
            new Say("\"" + "x".repeat(TOO_LARGE) + "\""),
            new SayBinary("504c00ff"));

    private final Appliance inner;
    private Instant next = Instant.MAX;
    private int kind;

    Garbles(Appliance inner) {
        this.inner = inner;
    }

    @Override
    public Appliance inner() {
        return inner;
    }

    @Override
    public List<ApplianceAct> connected(Consumer<ApplianceAct> line, Instant now) {
        next = now.plus(EVERY);
        return inner.connected(line, now);
    }

    @Override
    public List<ApplianceAct> tick(Instant now, long seq) {
        var good = inner.tick(now, seq);
        if (now.isBefore(next)) {
            return good;
        }
        next = now.plus(EVERY);
        return Stream.concat(good.stream(), Stream.of(KINDS.get(kind++ % KINDS.size())))
                .toList();
    }

    private static String tooManyMetrics() {
        return IntStream.range(0, TOO_MANY)
                .mapToObj(i -> "\"metric_" + i + "\":" + i)
                .collect(Collectors.joining(","));
    }
}
