package io.probeline.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;

/** A caller of the HTTP API that knows the contract alone. */
record Client(String base, String token, OkHttpClient http) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final MediaType JSON = MediaType.get("application/json");

    /** What came back. */
    record Reply(int status, Map<String, String> headers, String text) {
        JsonNode json() {
            try {
                return MAPPER.readTree(text);
            } catch (IOException e) {
                throw new AssertionError("not JSON: " + text, e);
            }
        }

        String code() {
            return json().path("code").asText();
        }

        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name.toLowerCase(java.util.Locale.ROOT)));
        }

        /** {@code 403 role_required}: how tests compare refusals. */
        String refusal() {
            return status + " " + code();
        }
    }

    Reply get(String path) {
        return call(request(path).get());
    }

    Reply delete(String path) {
        return call(request(path).delete());
    }

    Reply post(String path, String body) {
        return call(request(path).post(RequestBody.create(body, JSON)));
    }

    Reply post(String path, String body, String key) {
        return call(request(path).post(RequestBody.create(body, JSON)).header("Idempotency-Key", key));
    }

    Reply initiate(String interaction, String customer, String device, String... commands) {
        return post("/v1/diagnostics/initiate", initiateBody(interaction, customer, device, commands));
    }

    Reply execute(String interaction, String command) {
        return post("/v1/diagnostics/execute", executeBody(interaction, command));
    }

    static String initiateBody(String interaction, String customer, String device, String... commands) {
        var body = MAPPER.createObjectNode()
                .put("interactionId", interaction)
                .put("customerId", customer)
                .put("deviceId", device);
        var list = body.putArray("requestedCommands");
        for (var command : commands) {
            list.add(command);
        }
        return body.toString();
    }

    static String executeBody(String interaction, String command) {
        return MAPPER.createObjectNode()
                .put("interactionId", interaction)
                .put("command", command)
                .toString();
    }

    Request.Builder request(String path) {
        var request = new Request.Builder().url(base + path);
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    Reply call(Request.Builder request) {
        try (var response = http.newCall(request.build()).execute()) {
            var headers = new java.util.HashMap<String, String>();
            response.headers()
                    .forEach(pair -> headers.put(pair.getFirst().toLowerCase(java.util.Locale.ROOT), pair.getSecond()));
            return new Reply(response.code(), headers, response.body().string());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
