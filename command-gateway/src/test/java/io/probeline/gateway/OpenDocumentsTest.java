package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.probeline.gateway.SharedSite.Running;
import io.probeline.runtime.Health;
import io.probeline.runtime.Metrics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is served without a token, and that the served description is true. */
@ExtendWith(SharedSite.class)
class OpenDocumentsTest {
    private final Running on;
    private final Client nobody;

    OpenDocumentsTest(Running on) {
        this.on = on;
        this.nobody = on.gateway().client("");
    }

    @Test
    void describesExactlyTheRoutesThatThereAre() throws IOException {
        var described = new TreeMap<String, Set<String>>();
        api().path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> described.put(
                                operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                                scopes(operation.getValue()))));
        var there = new TreeMap<String, Set<String>>();
        for (var operation : Operation.values()) {
            there.put(operation.method() + " " + operation.template(), new TreeSet<>(operation.scopes()));
        }
        try (var metrics = Metrics.of("test")) {
            var widget = new Widget(Optional.empty(), Map.of());
            for (var route : new OpenDocuments(widget, new Health(), metrics).routes()) {
                there.put(route.method() + " " + route.template().replace("*}", "}"), Set.of());
            }
        }
        assertEquals(there, described);
    }

    /** Each code that the gateway can answer stands in the description, and none that it can't. */
    @Test
    void describesExactlyTheCodesThatThereAre() throws IOException {
        var described = new TreeSet<String>();
        api().at("/components/responses")
                .properties()
                .forEach(response -> response.getValue()
                        .at("/content/application~1problem+json/schema/allOf/1/properties/code/enum")
                        .forEach(code -> described.add(response.getKey() + " " + code.asText())));
        var source = Files.readString(Path.of("src/main/java/io/probeline/gateway/Problem.java"));
        var there = new TreeSet<String>();
        var each = Pattern.compile("(\\d{3}),\\s*\"([a-z_]+)\",\\s*\"").matcher(source);
        while (each.find()) {
            there.add(each.group(1) + " " + each.group(2));
        }
        there.removeAll(Set.of("500 internal", "405 method_not_allowed"));
        assertEquals(there, described);
    }

    @Test
    void saysHowItIs() {
        assertEquals(
                "{\"status\":\"UP\",\"troubles\":{}}",
                nobody.get("/health/live").text());
        assertEquals(200, nobody.get("/health/ready").status());
        var metrics = nobody.get("/metrics");
        assertTrue(metrics.text().contains("probeline_view_sessions"));
        assertEquals(Optional.of("text/plain; version=0.0.4; charset=utf-8"), metrics.header("Content-Type"));
    }

    @Test
    void servesTheWidgetToBeFramedByGenesysAlone() {
        var page = nobody.get("/widget/");
        assertEquals(200, page.status());
        assertEquals(Optional.of("text/html; charset=utf-8"), page.header("Content-Type"));
        assertEquals(Optional.of("no-store"), page.header("Cache-Control"));
        assertEquals(Optional.of("nosniff"), page.header("X-Content-Type-Options"));
        assertEquals(Optional.empty(), page.header("X-Frame-Options"));
        assertEquals(
                Optional.of(
                        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
                                + "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"),
                page.header("Content-Security-Policy"));
        assertEquals(
                Optional.of("text/javascript; charset=utf-8"),
                nobody.get("/widget/widget.js").header("Content-Type"));
        assertEquals(
                Optional.of("text/css; charset=utf-8"),
                nobody.get("/widget/widget.css").header("Content-Type"));
        assertEquals(Optional.of("widget/"), nobody.get("/widget").header("Location"));
        for (var name : List.of(
                "nothing.js", "quickstart.json", "..", "a/b.js", "%2e%2e/openapi.json", "x.class", "widget.js%00")) {
            assertEquals(404, nobody.get("/widget/" + name).status(), name);
        }
    }

    @Test
    void servesADocumentOfQuickstarts() {
        var config =
                on.site().config().with("quickstart.json", () -> "{\"devices\":[]}".getBytes(StandardCharsets.UTF_8));
        try (var gateway = on.site().gateway(config)) {
            var document = gateway.client("").get("/widget/quickstart.json");
            assertEquals("{\"devices\":[]}", document.text());
            assertEquals(Optional.of("application/json"), document.header("Content-Type"));
            assertEquals(Optional.of("no-store"), document.header("Cache-Control"));
        }
    }

    @Test
    void listsTheCatalogueAsTheCallerMayUseIt() {
        var agents = on.agent().get("/v1/diagnostics/commands").json().path("commands");
        assertEquals(
                List.of("ping_latency", "firmware_version", "signal_strength", "channel_scan", "reboot_module"),
                agents.findValuesAsText("command"));
        var reboot = agents.get(4);
        assertEquals(
                List.of(
                        "command",
                        "title",
                        "description",
                        "params",
                        "safety",
                        "risk",
                        "role",
                        "deadlineMs",
                        "allowed",
                        "reason"),
                reboot.propertyStream().map(Map.Entry::getKey).toList());
        assertEquals("once", reboot.path("safety").asText());
        assertEquals("high", reboot.path("risk").asText());
        assertEquals("senior_tech", reboot.path("role").asText());
        assertEquals(90_000, reboot.path("deadlineMs").asLong());
        assertEquals("role_required", reboot.path("reason").asText());
        assertEquals(false, reboot.path("allowed").asBoolean(true));
        assertTrue(agents.get(0).path("role").isNull());
        assertTrue(agents.get(0).path("reason").isNull());
        assertEquals(
                "30s", agents.get(3).at("/params/properties/duration/default").asText());
        assertTrue(on.senior()
                .get("/v1/diagnostics/commands")
                .json()
                .at("/commands/4/allowed")
                .asBoolean());
    }

    private JsonNode api() throws IOException {
        var reply = nobody.get("/v1/openapi.json");
        assertEquals(Optional.of("application/json"), reply.header("Content-Type"));
        return new ObjectMapper().readTree(reply.text());
    }

    private static Set<String> scopes(JsonNode operation) {
        var scopes = new TreeSet<String>();
        operation.path("security").forEach(each -> each.path("bearer").forEach(scope -> scopes.add(scope.asText())));
        return scopes;
    }
}
