package io.probeline.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** The Confluent registry API over HTTP; credentials in the URL become HTTP basic authentication. */
public final class HttpSchemaRegistry implements SchemaRegistry {
    private static final MediaType JSON = MediaType.get("application/vnd.schemaregistry.v1+json");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Error codes of the Confluent API: no such subject, version, schema. */
    private static final Pattern NOT_THERE = Pattern.compile("\"error_code\"\\s*:\\s*404\\d\\d\\b");

    private record Registered(String subject, Schema schema) {}

    private final HttpUrl base;
    private final OkHttpClient http;
    private final Map<Registered, Integer> ids = new ConcurrentHashMap<>();
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();

    public HttpSchemaRegistry(String url, OkHttpClient http) {
        this.base = HttpUrl.get(url);
        this.http = http;
    }

    @Override
    public int register(String subject, Schema schema) {
        var key = new Registered(subject, schema);
        var known = ids.get(key);
        if (known != null) {
            return known;
        }
        var body = MAPPER.createObjectNode().put("schema", schema.toString()).toString();
        var url = base.newBuilder()
                .addPathSegment("subjects")
                .addPathSegment(subject)
                .addPathSegment("versions")
                .build();
        int id = call(request(url).post(RequestBody.create(body, JSON)).build())
                .path("id")
                .asInt();
        ids.put(key, id);
        schemas.putIfAbsent(id, schema);
        return id;
    }

    @Override
    public Schema byId(int id) {
        var known = schemas.get(id);
        if (known != null) {
            return known;
        }
        var url = base.newBuilder()
                .addPathSegments("schemas/ids")
                .addPathSegment(Integer.toString(id))
                .build();
        var text = call(request(url).get().build()).path("schema").asText();
        try {
            var schema = new Schema.Parser().parse(text);
            schemas.put(id, schema);
            return schema;
        } catch (AvroRuntimeException e) {
            throw new RegistryException("schema " + id + " is not Avro: " + e.getMessage(), false);
        }
    }

    private Request.Builder request(HttpUrl url) {
        var request = new Request.Builder().url(url).header("Accept", JSON + ", application/json");
        if (!base.username().isEmpty()) {
            request.header("Authorization", okhttp3.Credentials.basic(base.username(), base.password()));
        }
        return request;
    }

    /**
     * Whether it is the registry's own word on what was asked, which stays the same: a schema that is not there, or that it does not take. A 401, or the 404 of a
     * proxy in front of it, tells of the way there, and no record is to be refused for that.
     */
    private static boolean said(int status, String body) {
        return switch (status) {
            case 400, 409, 422 -> true;
            case 404 -> NOT_THERE.matcher(body).find();
            default -> false;
        };
    }

    private JsonNode call(Request request) {
        try (var response = http.newCall(request).execute()) {
            var body = response.body().string();
            if (!response.isSuccessful()) {
                throw new RegistryException(
                        request.method() + " " + request.url().encodedPath() + " answered " + response.code() + ": "
                                + body.substring(0, Math.min(body.length(), 300)),
                        !said(response.code(), body));
            }
            return MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            throw new RegistryException("the registry did not answer in JSON: " + e.getOriginalMessage(), true);
        } catch (IOException e) {
            throw new RegistryException("the registry at " + base.host() + ":" + base.port() + " can't be asked", e);
        }
    }
}
