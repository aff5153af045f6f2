package io.probeline.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.probeline.testkit.TokenDraft;
import io.probeline.testkit.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the widget's page offers in a quickstart: the appliances to try, and fresh tokens of the stand-in issuer. */
final class DemoDocument {
    static final String NAME = "quickstart.json";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SHIFT = Duration.ofHours(8);

    private final Tokens tokens;
    private final List<Fleet.Member> fleet;
    private final Optional<String> transcriptUrl;

    DemoDocument(Tokens tokens, List<Fleet.Member> fleet, Optional<String> transcriptUrl) {
        this.tokens = tokens;
        this.fleet = fleet;
        this.transcriptUrl = transcriptUrl;
    }

    byte[] bytes() {
        var root = JSON.createObjectNode();
        var devices = root.putArray("devices");
        fleet.forEach(device -> devices.addObject()
                .put("deviceId", device.deviceId())
                .put("customerId", device.customerId())
                .put("title", device.title())
                .put("about", device.about()));
        var byRole = root.putObject("tokens");
        for (var role : Role.values()) {
            byRole.put(role.word(), token(tokens, role));
        }
        root.put("transcriptUrl", transcriptUrl.orElse(null));
        return root.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A token for a role, made from the keys that the quickstart keeps: it need not be running. */
    static String token(Path data, Role role) {
        try {
            return token(Tokens.load(StandIns.keyFile(data)), role);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String token(Tokens tokens, Role role) {
        return tokens.sign(TokenDraft.of(role.subject(), role.scopes()).lifetime(SHIFT));
    }

    /** Who can call in a quickstart. */
    enum Role {
        AGENT(StandIns.AGENT, "diagnostics:execute diagnostics:read"),
        SENIOR(StandIns.SENIOR, "diagnostics:execute diagnostics:read"),
        ARCHITECT(StandIns.ARCHITECT, "diagnostics:initiate");

        private final String subject;
        private final String scopes;

        Role(String subject, String scopes) {
            this.subject = subject;
            this.scopes = scopes;
        }

        String subject() {
            return subject;
        }

        String[] scopes() {
            return scopes.split(" ", -1);
        }

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
