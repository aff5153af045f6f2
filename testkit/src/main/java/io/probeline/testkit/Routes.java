package io.probeline.testkit;

import io.probeline.testkit.StubHttp.Request;
import io.probeline.testkit.StubHttp.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/** Paths with holes, {@code /devices/{deviceId}}, and what is done there: the first that fits answers. */
final class Routes implements StubHttp.Handler {
    private final List<Route> routes = new ArrayList<>();
    private final IntFunction<Response> otherwise;

    /**
     * Nothing fits yet.
     *
     * @param otherwise what is said to an unknown path (404) and to a known path with an unknown method (405)
     */
    Routes(IntFunction<Response> otherwise) {
        this.otherwise = otherwise;
    }

    /** What is done at a path. */
    interface Action {
        Response answer(Request request, Arguments arguments) throws IOException;
    }

    /** What stood in the holes, decoded, by name. */
    record Arguments(Map<String, String> byName) {
        String get(String hole) {
            return Optional.ofNullable(byName.get(hole)).orElseThrow();
        }
    }

    private record Route(String method, List<String> template, Action action) {
        Optional<Arguments> fit(List<String> segments) {
            if (segments.size() != template.size()) {
                return Optional.empty();
            }
            var holes = new LinkedHashMap<String, String>();
            for (int i = 0; i < template.size(); i++) {
                var part = template.get(i);
                if (part.startsWith("{")) {
                    holes.put(part.substring(1, part.length() - 1), segments.get(i));
                } else if (!part.equals(segments.get(i))) {
                    return Optional.empty();
                }
            }
            return Optional.of(new Arguments(holes));
        }
    }

    Routes on(String method, String template, Action action) {
        routes.add(new Route(method, List.of(template.substring(1).split("/", -1)), action));
        return this;
    }

    @Override
    public Response handle(Request request) throws IOException {
        var segments = request.segments();
        var status = 404;
        for (var route : routes) {
            var arguments = route.fit(segments);
            if (arguments.isPresent() && route.method().equals(request.method())) {
                return route.action().answer(request, arguments.get());
            }
            status = arguments.isPresent() ? 405 : status;
        }
        return otherwise.apply(status);
    }
}
