package io.probeline.quickstart;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A quickstart that runs as a process of its own, and how to reach it, taken from what it printed. */
final class RunningQuickstart implements MissionWalk.Outside, AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration TOKEN = Duration.ofSeconds(20);
    private static final Pattern TRANSCRIPT = Pattern.compile(".* transcript at (\\S+)");

    private final Map<String, String> environment;
    private final Launched process;
    private final String kafka;
    private final String registry;
    private final String gateway;

    /** Starts it; with no environment it stands for one that has not been started. */
    RunningQuickstart(Map<String, String> environment) {
        this.environment = environment;
        if (environment.isEmpty()) {
            process = Launched.run(Map.of(), List.of("true"));
            kafka = "";
            registry = "";
            gateway = "";
        } else {
            process = Launched.probeline(environment, "quickstart");
            gateway = process.awaitLine("ready ", START);
            kafka = process.awaitLine("kafka ", START);
            registry = process.awaitLine("registry ", START);
            process.err().stream().filter(line -> line.contains("up in")).forEach(System.out::println);
        }
    }

    /** For one of its own, on any free ports. */
    static Map<String, String> environment(Path data) {
        return new HashMap<>(Map.of(
                "QUICKSTART_DATA", data.toString(),
                "QUICKSTART_KAFKA_PORT", "0",
                "QUICKSTART_REGISTRY_PORT", "0",
                "HTTP_PORT", "0"));
    }

    @Override
    public String gateway() {
        return gateway;
    }

    String kafka() {
        return kafka;
    }

    String registry() {
        return registry;
    }

    List<String> err() {
        return process.err();
    }

    long pid() {
        return process.pid();
    }

    ApiClient architect() {
        return new ApiClient(gateway, architectToken());
    }

    ApiClient agent() {
        return new ApiClient(gateway, agentToken());
    }

    @Override
    public String architectToken() {
        return token("architect");
    }

    @Override
    public String agentToken() {
        return token("agent");
    }

    @Override
    public List<String> transcript(String interactionId) {
        try (var page = new ApiClient(transcriptUrl(), "none")) {
            var texts = new ArrayList<String>();
            for (var interaction : page.send("GET", "/_inspect", null).body().path("interactions")) {
                if (interaction.path("interactionId").asText().equals(interactionId)) {
                    interaction
                            .path("messages")
                            .forEach(message ->
                                    texts.add(message.at("/body/content/text").asText()));
                }
            }
            return texts;
        }
    }

    /** The boiler drops its connection half a minute after it has connected, and stays away for 25 s. */
    @Override
    public boolean lose(String deviceId) {
        return false;
    }

    @Override
    public void bringBack(String deviceId) {
        // It comes back by itself.
    }

    Launched.End interrupt(Duration limit) {
        process.interrupt();
        return process.awaitEnd(limit);
    }

    @Override
    public void close() {
        process.close();
    }

    private String token(String role) {
        try (var print = Launched.probeline(environment, "quickstart", "--print-token", role)) {
            return print.awaitLine("", TOKEN);
        }
    }

    private String transcriptUrl() {
        return process.err().stream()
                .map(TRANSCRIPT::matcher)
                .filter(java.util.regex.Matcher::matches)
                .map(match -> match.group(1))
                .findFirst()
                .orElseThrow();
    }
}
