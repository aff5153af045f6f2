package io.probeline.testkit;

import io.probeline.testkit.StubHttp.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;

/** Error bodies as Genesys writes them. */
final class GenesysErrors {
    private GenesysErrors() {}

    static Response.Answer error(int status, String code, String message) {
        var body = new LinkedHashMap<String, Object>();
        body.put("message", message);
        body.put("code", code);
        body.put("status", status);
        body.put("contextId", UUID.randomUUID().toString());
        body.put("details", List.of());
        body.put("errors", List.of());
        return Response.json(status, body);
    }

    static Response.Answer badRequest(String message) {
        return error(400, "bad.request", message);
    }

    static Response.Answer notFound(String what) {
        return error(404, "not.found", "The requested resource was not found: " + what);
    }

    static Response.Answer tooMany(String retryAfter) {
        return error(
                        429,
                        "too.many.requests.retry.after",
                        "Rate limit exceeded the maximum. Retry the request in [" + retryAfter + "] seconds")
                .with("Retry-After", retryAfter);
    }

    /** For a path (404) or a method (405) that there is not. */
    static Response.Answer noRoute(int status) {
        return status == 405 ? error(405, "method.not.allowed", "Method not allowed.") : notFound("the path");
    }
}
