package io.probeline.gateway;

import io.probeline.record.AuditAction;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The calls that exist: one table, which the served OpenAPI document is tested against. */
record Routes(List<Route> all) {
    /** One operation. */
    interface Handler {
        Answer handle(Call call, Caller caller, Dossier dossier);
    }

    /** Who may make a call. */
    sealed interface Access {
        /** Anybody, without a token. */
        record Open(Function<Call, Answer> handler) implements Access {}

        /**
         * A caller with one of these scopes.
         *
         * @param changes whether it changes something: then its refusal is answered only when it is on record
         */
        record Guarded(AuditAction action, Set<String> scopes, boolean changes, Handler handler) implements Access {}
    }

    /** @param template segments, of which {@code {name}} takes any one and {@code {name*}} at the end the rest */
    record Route(String method, String template, Access access) {
        Optional<Map<String, String>> match(List<String> path) {
            var wanted = segments(template);
            boolean rest = template.endsWith("*}");
            if (rest ? path.size() < wanted.size() : path.size() != wanted.size()) {
                return Optional.empty();
            }
            var parts = new HashMap<String, String>();
            for (int i = 0; i < wanted.size(); i++) {
                var segment = wanted.get(i);
                if (!segment.startsWith("{")) {
                    if (!segment.equals(path.get(i))) {
                        return Optional.empty();
                    }
                } else if (segment.endsWith("*}")) {
                    parts.put(
                            segment.substring(1, segment.length() - 2), String.join("/", path.subList(i, path.size())));
                } else {
                    parts.put(segment.substring(1, segment.length() - 1), path.get(i));
                }
            }
            return Optional.of(Map.copyOf(parts));
        }
    }

    /** What a request's path and method lead to. */
    sealed interface Found {
        record There(Route route, Map<String, String> parts) implements Found {}

        record OtherMethods(String allowed) implements Found {}

        record Nowhere() implements Found {}
    }

    Found find(String method, String rawPath) {
        var path = segments(rawPath).stream().map(Routes::decoded).toList();
        var allowed = new ArrayList<String>();
        for (var route : all) {
            var parts = route.match(path);
            if (parts.isPresent() && route.method().equals(method)) {
                return new Found.There(route, parts.get());
            }
            parts.ifPresent(matched -> allowed.add(route.method()));
        }
        return allowed.isEmpty()
                ? new Found.Nowhere()
                : new Found.OtherMethods(allowed.stream().distinct().sorted().collect(Collectors.joining(", ")));
    }

    private static List<String> segments(String path) {
        return List.of(path.substring(path.startsWith("/") ? 1 : 0).split("/", -1));
    }

    private static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // No id and no name has such a form, so the route's own check refuses it.
            return "\u0000" + segment;
        }
    }
}
