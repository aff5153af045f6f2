package io.probeline.testkit;

import io.probeline.testkit.StubHttp.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** What a person sees of the stand-in: each conversation with its transcript and attributes, as a page and as JSON. */
final class GenesysPage {
    private final GenesysStore store;

    GenesysPage(GenesysStore store) {
        this.store = store;
    }

    void addTo(Routes routes) {
        routes.on("GET", "/", (request, arguments) -> html()).on("GET", "/_inspect", (request, arguments) -> json());
    }

    private List<String> ids() {
        var ids = new LinkedHashSet<String>();
        store.conversations().forEach(conversation -> ids.add(conversation.id()));
        store.messages().forEach(message -> ids.add(message.interactionId()));
        return List.copyOf(ids).reversed();
    }

    private Map<String, String> attributes(String id) {
        return store.conversation(id).map(c -> c.customer().attributes()).orElse(Map.of());
    }

    private Response json() {
        var interactions = new ArrayList<Map<String, Object>>();
        for (var id : ids()) {
            var interaction = new LinkedHashMap<String, Object>();
            interaction.put("interactionId", id);
            interaction.put(
                    "over",
                    store.conversation(id).map(GenesysConversation::over).orElse(false));
            interaction.put("attributes", attributes(id));
            interaction.put(
                    "messages",
                    store.messages(id).stream().map(GenesysPage::json).toList());
            interactions.add(interaction);
        }
        return Response.json(200, Map.of("interactions", interactions));
    }

    private static Map<String, Object> json(GenesysMessage message) {
        return Map.of(
                "id", message.id(),
                "received", message.received().toString(),
                "body", message.body());
    }

    private Response html() {
        var page = new StringBuilder("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
                + "<meta http-equiv=\"refresh\" content=\"5\"><title>Contact centre stand-in</title>"
                + "<style>body{font:14px/1.5 system-ui;margin:2em}td{padding:0 1em 0 0;vertical-align:top}</style>"
                + "<h1>Contact centre stand-in</h1><p>The newest call first. <a href=\"/_inspect\">As JSON</a></p>");
        for (var id : ids()) {
            page.append("<h2>").append(escape(id)).append("</h2><table>");
            attributes(id).forEach((key, value) -> row(page, key, value));
            store.messages(id).forEach(message -> row(page, message.received().toString(), message.text()));
            page.append("</table>");
        }
        return Response.of(200, "text/html; charset=utf-8", page.toString());
    }

    private static void row(StringBuilder page, String left, String right) {
        page.append("<tr><td>").append(escape(left)).append("<td>").append(escape(right));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
