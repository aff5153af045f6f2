package io.probeline.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import io.probeline.testkit.StubHttp.Request;
import io.probeline.testkit.StubHttp.Response;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** A schema as it came in a request: one that can be judged, or the answer that refuses it. */
sealed interface RegistryCandidate {
    /** Avro understands it. */
    record Ok(Schema schema) implements RegistryCandidate {
        /** Whitespace and the order of attributes make no difference; names, docs and defaults do. */
        String canonical() {
            return schema.toString();
        }
    }

    /** It is no schema, or not one of this registry. */
    record Refused(Response why) implements RegistryCandidate {}

    static RegistryCandidate of(Request request) {
        var body = request.json();
        var problem = unsupported(body);
        if (problem.isPresent()) {
            return new Refused(RegistryAnswers.invalidSchema(problem.get()));
        }
        try {
            return new Ok(new Schema.Parser().parse(body.path("schema").asText()));
        } catch (AvroRuntimeException e) {
            return new Refused(RegistryAnswers.invalidSchema(String.valueOf(e.getMessage())));
        }
    }

    private static Optional<String> unsupported(JsonNode body) {
        if (!body.path("schemaType").asText("AVRO").equals("AVRO")) {
            return Optional.of("this registry knows the schemaType AVRO only");
        }
        if (!body.path("references").isEmpty()) {
            return Optional.of("this registry knows no references; put the named types into the schema");
        }
        return body.path("schema").isTextual() ? Optional.empty() : Optional.of("no schema in the request");
    }
}
