package io.probeline.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/** The agent's page and what it is made of; framed by Genesys' own user interface and by nobody else. */
final class Widget {
    /** One flat folder: a name with a slash or a leading dot names nothing. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]*(\\.[a-z0-9-]+)+");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "json", "application/json",
            "svg", "image/svg+xml");

    private final String policy;
    private final Map<String, Supplier<byte[]>> documents;
    private final Map<String, Optional<byte[]>> files = new ConcurrentHashMap<>();

    /** @param frame the address of who may frame it, beside this gateway itself */
    Widget(Optional<String> frame, Map<String, Supplier<byte[]>> documents) {
        this.policy = policy(frame);
        this.documents = documents;
    }

    /** A page is framed by an origin: what follows in the address is left out. */
    static String policy(Optional<String> frame) {
        var apps = frame.map(HttpUrl::get)
                .map(url -> url.newBuilder()
                        .encodedPath("/")
                        .query(null)
                        .fragment(null)
                        .build()
                        .toString())
                .map(origin -> " " + origin.substring(0, origin.length() - 1))
                .orElse("");
        return "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors" + apps + " 'self'";
    }

    Answer file(Call call) {
        var name = call.part("file").isEmpty() ? "index.html" : call.part("file");
        var type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        return type == null || !NAME.matcher(name).matches()
                ? Answer.refused(Problem.notFound())
                : content(name).map(body -> page(body, type)).orElseGet(() -> Answer.refused(Problem.notFound()));
    }

    Answer moved(Call call) {
        return new Answer.Whole(308, "text/plain", new byte[0], Map.of("Location", "widget/"));
    }

    private Answer page(byte[] body, String type) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Content-Security-Policy", policy);
        headers.put("Referrer-Policy", "no-referrer");
        if (!type.startsWith("text/html") && !type.startsWith("application/json")) {
            headers.put("Cache-Control", "no-cache");
        }
        return new Answer.Whole(200, type, body, headers);
    }

    private Optional<byte[]> content(String name) {
        var document = documents.get(name);
        return document != null ? Optional.of(document.get()) : files.computeIfAbsent(name, Widget::resource);
    }

    private static Optional<byte[]> resource(String name) {
        try (var in = Widget.class.getResourceAsStream("widget/" + name)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
