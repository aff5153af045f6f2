package io.probeline.transcript;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The path of an interaction's transcript, with {@code {interactionId}} where the interaction goes. */
public record TranscriptPath(String template) {
    private static final String HOLE = "{interactionId}";

    /** @throws IllegalArgumentException when it can't be one */
    public TranscriptPath {
        int at = template.indexOf(HOLE);
        var rest = template.replace(HOLE, "");
        if (!template.startsWith("/")
                || template.startsWith("//")
                || at < 0
                || template.indexOf(HOLE, at + 1) >= 0
                || rest.contains("{")
                || rest.contains("}")
                || rest.contains("#")) {
            throw new IllegalArgumentException("a path needs / at its start, and " + HOLE + " once");
        }
        var _ = URI.create(template.replace(HOLE, "x"));
    }

    static TranscriptPath standard() {
        return new TranscriptPath("/v2/interactions/" + HOLE + "/transcript/messages");
    }

    String of(String interactionId) {
        return template.replace(HOLE, escaped(interactionId));
    }

    /** As one segment of a path. */
    static String escaped(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return template;
    }
}
