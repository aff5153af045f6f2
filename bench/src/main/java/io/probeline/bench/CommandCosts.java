package io.probeline.bench;

import io.probeline.testkit.DeviceBackend;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where a round's time went, as the services themselves count it, and what it cost.
 *
 * @param request the gateway's own time for a command, from the request's head to its answer
 * @param transaction the mean of a transaction, from its first record to the coordinator's word
 * @param entries how many requests shared one
 * @param read the mean from a command's record being made in the gateway to its being read in the bridge, on clocks of one machine
 * @param commit the mean from a lane's wish, for an intent or for a place, to Kafka's word
 * @param frames telemetry a second
 * @param skipped frames that a device left out, because the bridge did not read
 * @param cores of each process
 * @param others cores that the machine spent on others meanwhile
 */
record CommandCosts(
        double request,
        double transaction,
        double entries,
        double read,
        double commit,
        double frames,
        long skipped,
        Map<String, Double> cores,
        double others) {
    private static final String EXECUTE = "{route=\"POST /v1/diagnostics/execute\"";

    /** What there was at the beginning. */
    static final class Meter {
        private final CommandSite site;
        private final DeviceBackend backend;
        private final Counts gateway;
        private final Counts bridge;
        private final Map<String, Duration> cpu;
        private final Duration machine;
        private final long sent;
        private final long skipped;
        private final long begin;

        private Meter(CommandSite site, DeviceBackend backend) {
            this.site = site;
            this.backend = backend;
            this.gateway = site.counts(CommandSite.GATEWAY);
            this.bridge = site.counts(CommandSite.BRIDGE);
            this.sent = backend.telemetrySent();
            this.skipped = backend.telemetrySkipped();
            this.cpu = cpu(site);
            this.machine = MachineTime.spent();
            this.begin = System.nanoTime();
        }

        CommandCosts end() {
            double seconds = (System.nanoTime() - begin) / 1e9;
            var spent = MachineTime.spent().minus(machine);
            var cores = new LinkedHashMap<String, Double>();
            cpu(site).forEach((name, now) -> cores.put(name, seconds(now.minus(cpu.get(name))) / seconds));
            double ours = cores.values().stream().mapToDouble(each -> each).sum();
            var gatewayNow = site.counts(CommandSite.GATEWAY);
            var bridgeNow = site.counts(CommandSite.BRIDGE);
            return new CommandCosts(
                    gatewayNow.meanSince(gateway, "probeline_http_request", EXECUTE),
                    gatewayNow.meanSince(gateway, "probeline_journal_transaction", ""),
                    gatewayNow.since(gateway, "probeline_journal_entries_total{outcome=\"committed\"")
                            / gatewayNow.since(gateway, "probeline_journal_transactions_total{outcome=\"committed\""),
                    bridgeNow.meanSince(bridge, "probeline_bridge_command_read", ""),
                    bridgeNow.meanSince(bridge, "probeline_bridge_commit", ""),
                    (backend.telemetrySent() - sent) / seconds,
                    backend.telemetrySkipped() - skipped,
                    cores,
                    seconds(spent) / seconds - ours);
        }
    }

    static Meter begin(CommandSite site, DeviceBackend backend) {
        return new Meter(site, backend);
    }

    private static Map<String, Duration> cpu(CommandSite site) {
        var all = new LinkedHashMap<String, Duration>();
        site.processes().forEach((name, process) -> all.put(name, process.cpu()));
        all.put(
                "devices and load",
                ProcessHandle.current().info().totalCpuDuration().orElseThrow());
        return all;
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    @Override
    public String toString() {
        var each = cores.entrySet().stream()
                .map(entry -> String.format("%s %.2f", entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", "));
        return String.format(
                "means: gateway %.1f ms, transaction %.1f ms for %.1f requests, made → read %.1f ms, commit %.1f ms; telemetry %.0f/s, %d skipped%n  cores: %s; others %.2f",
                request, transaction, entries, read, commit, frames, skipped, each, others);
    }
}
