package io.probeline.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.probeline.record.ReceiptState;
import io.probeline.record.TranscriptLine;
import io.probeline.testkit.GenesysFault;
import io.probeline.testkit.GenesysFaults;
import io.probeline.transcript.SinkConfig.Target;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The promise for kill -9: a sink process is killed every 20 s for five minutes, while Genesys fails one call in ten after it has taken it. */
@EnabledIfSystemProperty(named = "kills", matches = "\\d+", disabledReason = "five minutes: -Dkills=15")
@ExtendWith(SharedSite.class)
class KilledProcessTest {
    private static final int CALLS = 50;
    private static final int KILLS = Integer.getInteger("kills", 0);
    private static final Duration LIFE = Duration.ofSeconds(20);

    private final SinkSite site;

    KilledProcessTest(SinkSite site) {
        this.site = site;
    }

    @ParameterizedTest
    @EnumSource(Target.class)
    void nothingIsMissingAndOnlyWhatCanNotBeReadIsSaidTwice(Target target) throws Exception {
        site.fresh();
        site.genesys.limit(3_000);
        var part = target == Target.TRANSCRIPT ? "messages" : "attributes";
        site.genesys
                .faults()
                .fraction(0.1, 1, GenesysFaults.path(part), new GenesysFault.CommitThen(new GenesysFault.Status(500)));
        var given = saidWhileKilled(target);
        var last = process(target);
        try {
            site.settled(given);
        } finally {
            last.destroy();
            last.waitFor();
        }
        if (target == Target.TRANSCRIPT) {
            var said = new SaidLines(given, site.receipts(given), site.genesys.allMessages());
            report(target, given, said.doubles());
            assertEquals(List.of(), said.missing());
            assertEquals(List.of(), said.doubledForNothing());
        } else {
            var written = attributes();
            var twice = written.values().stream().filter(n -> n > 1).count();
            report(target, given, twice);
            assertEquals(0, twice);
            site.settled(given)
                    .forEach((id, state) ->
                            assertEquals(state == ReceiptState.WRITTEN, written.containsKey(id), id + " is " + state));
        }
    }

    private void report(Target target, List<TranscriptLine> given, long twice) {
        System.out.printf(
                "killed %d times, %s: %d lines, %d requests taken, said twice %d%n",
                KILLS, target, given.size(), site.said(), twice);
    }

    /** How often each line was written. */
    private Map<String, Long> attributes() {
        return site.genesys.writes().stream()
                .flatMap(write -> write.attributes().entrySet().stream())
                .filter(attribute -> attribute.getKey().startsWith(ParticipantAttributes.LINE))
                .collect(Collectors.groupingBy(Map.Entry::getValue, Collectors.counting()));
    }

    private List<TranscriptLine> saidWhileKilled(Target target) throws Exception {
        var given = new ArrayList<TranscriptLine>();
        var round = new AtomicInteger();
        try (var load = new ScheduledThreadPoolExecutor(1)) {
            var saying = load.scheduleAtFixedRate(
                    () -> given.addAll(round(round.getAndIncrement())), 0, 5, TimeUnit.SECONDS);
            for (int n = 0; n < KILLS; n++) {
                var sink = process(target);
                if (sink.waitFor(LIFE.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new AssertionError("the sink ended by itself with " + sink.exitValue());
                }
                sink.destroyForcibly().waitFor();
            }
            saying.cancel(false);
        }
        for (int call = 0; call < CALLS; call++) {
            given.add(Lines.ended(site.call(call), round.get()));
        }
        site.say(given.subList(given.size() - CALLS, given.size()));
        return given;
    }

    private List<TranscriptLine> round(int n) {
        var lines = new ArrayList<TranscriptLine>();
        for (int call = 0; call < CALLS; call++) {
            lines.add(Lines.update(site.call(call), n));
            if ((call + n) % 10 == 0) {
                lines.add(Lines.lost(site.call(call), n));
                lines.add(Lines.result(site.call(call), n));
            }
        }
        site.say(lines);
        return lines;
    }

    private Process process(Target target) throws IOException {
        var classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Objects.requireNonNull(classes),
                TranscriptSink.class.getName());
        builder.environment()
                .putAll(Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS", site.kafka.bootstrapServers(),
                        "SCHEMA_REGISTRY_URL", site.registry.url(),
                        "GENESYS_API_URL", site.genesys.url(),
                        "GENESYS_LOGIN_URL", site.genesys.url(),
                        "GENESYS_CLIENT_ID", "probeline",
                        "GENESYS_CLIENT_SECRET", "genesys-secret",
                        "GENESYS_TRANSCRIPT_TARGET",
                                target.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                        "ADMIN_PORT", "0"));
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File("target/killed-process.log")))
                .start();
    }
}
