package io.probeline.quickstart;

import io.probeline.bridge.BridgeConfig;
import io.probeline.bridge.IngestBridge;
import io.probeline.gateway.CommandGateway;
import io.probeline.gateway.GatewayConfig;
import io.probeline.processor.ProcessorConfig;
import io.probeline.processor.StreamProcessor;
import io.probeline.runtime.AdminPort;
import io.probeline.runtime.Main;
import io.probeline.runtime.Running;
import io.probeline.runtime.Settings;
import io.probeline.runtime.World;
import io.probeline.testkit.Tokens;
import io.probeline.transcript.SinkConfig;
import io.probeline.transcript.TranscriptSink;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;

/** appliances ──▶ ingest-bridge ──▶ stream-processor ──▶ transcript-sink, command-gateway ──▶ widget: all of it in one JVM */
public final class Quickstart {
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);

    private Quickstart() {}

    /** Starts what the settings do not name, then the four services, and returns when all are ready. */
    public static Running start(QuickstartConfig config, World world) {
        return Running.of(owned -> {
            var timings = new Timings(world);
            var standIns = StandIns.start(config, owned, world, timings);
            var settings = config.settings().with(addresses(standIns.addresses()));
            var services = owned.add(Together.start(List.<Callable<Running>>of(
                    () -> StreamProcessor.start(config(settings, ProcessorConfig::from), world),
                    () -> IngestBridge.start(config(settings, BridgeConfig::from), world),
                    () -> TranscriptSink.start(config(settings, SinkConfig::from), world),
                    () -> CommandGateway.start(
                            gateway(config(settings, GatewayConfig::from), config, standIns), world))));
            services.parts().forEach(service -> endWith(service, owned));
            timings.took("services");
            var links = owned.add(Links.of(settings, services.parts()));
            awaitReady(services.parts(), world);
            timings.took("ready");
            System.err.println("quickstart: " + timings);
            links.print(System.out, System.err);
        });
    }

    public static void main(String[] args) {
        if (args.length > 0) {
            System.exit(PrintToken.run(args, System.getenv()));
        }
        Main.run("quickstart", QuickstartConfig::from, Quickstart::start);
    }

    private static void endWith(Running service, Running.Owned owned) {
        var _ = service.end().whenComplete((_, failure) -> {
            if (failure != null) {
                owned.fail(failure);
            }
        });
    }

    private static Map<String, String> addresses(Map<String, String> standIns) {
        var all = new LinkedHashMap<>(standIns);
        all.put("ADMIN_PORT", "0");
        return all;
    }

    private static <C> C config(Settings settings, Function<Settings, C> reader) {
        var own = settings.with(Map.of());
        var config = reader.apply(own);
        own.check();
        return config;
    }

    private static GatewayConfig gateway(GatewayConfig read, QuickstartConfig config, StandIns standIns)
            throws IOException {
        var local = read.on("127.0.0.1");
        var keys = StandIns.keyFile(config.data());
        if (!standIns.addresses().containsKey("OIDC_ISSUER") || !Files.exists(keys)) {
            return local;
        }
        var demo = new DemoDocument(
                Tokens.load(keys),
                standIns.fleet(),
                Optional.ofNullable(standIns.addresses().get("GENESYS_API_URL")));
        return local.with(DemoDocument.NAME, demo::bytes);
    }

    private static void awaitReady(List<Running> services, World world) {
        long limit = world.nanos() + READY_LIMIT.toNanos();
        while (true) {
            var troubles = services.stream().flatMap(Quickstart::troubles).toList();
            if (troubles.isEmpty()) {
                return;
            }
            if (world.nanos() > limit) {
                throw new Running.StartFailed(
                        "not ready within " + READY_LIMIT.toSeconds() + " s: " + String.join("; ", troubles));
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private static Stream<String> troubles(Running service) {
        if (service.end().isCompletedExceptionally()) {
            throw new Running.StartFailed(
                    "a service ended while it started", service.end().exceptionNow());
        }
        return service.part(AdminPort.class).stream()
                .flatMap(admin -> admin.health().notReady().entrySet().stream())
                .map(trouble -> trouble.getKey() + ": " + trouble.getValue());
    }
}
