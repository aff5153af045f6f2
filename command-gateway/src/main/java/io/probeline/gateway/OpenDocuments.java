package io.probeline.gateway;

import io.probeline.gateway.Routes.Access.Open;
import io.probeline.gateway.Routes.Route;
import io.probeline.runtime.AdminPort;
import io.probeline.runtime.Health;
import io.probeline.runtime.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What needs no token: the API's description, health, metrics, and the widget's files. */
final class OpenDocuments {
    private final Widget widget;
    private final Health health;
    private final Metrics metrics;
    private final byte[] openApi = openApi();

    OpenDocuments(Widget widget, Health health, Metrics metrics) {
        this.widget = widget;
        this.health = health;
        this.metrics = metrics;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/v1/openapi.json", new Open(call -> whole(200, "application/json", openApi))),
                new Route("GET", "/health/live", new Open(call -> health(health.notLive()))),
                new Route("GET", "/health/ready", new Open(call -> health(health.notReady()))),
                new Route("GET", "/metrics", new Open(call -> metrics())),
                new Route("GET", "/widget", new Open(widget::moved)),
                new Route("GET", "/widget/{file*}", new Open(widget::file)));
    }

    private static Answer health(Map<String, String> troubles) {
        return Answer.json(troubles.isEmpty() ? 200 : 503, AdminPort.body(troubles));
    }

    private Answer metrics() {
        var text = metrics.scrape().getBytes(StandardCharsets.UTF_8);
        return whole(200, "text/plain; version=0.0.4; charset=utf-8", text);
    }

    private static Answer whole(int status, String type, byte[] body) {
        return new Answer.Whole(status, type, body, Map.of());
    }

    static byte[] openApi() {
        try (var in = OpenDocuments.class.getResourceAsStream("openapi.json")) {
            return Objects.requireNonNull(in, "openapi.json is in the jar").readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
