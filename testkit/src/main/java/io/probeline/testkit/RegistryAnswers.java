package io.probeline.testkit;

import io.probeline.testkit.RegistryLedger.Version;
import io.probeline.testkit.StubHttp.Response;
import java.util.List;
import java.util.Map;

/** What the registry says, with the status and error codes of the Confluent API. */
final class RegistryAnswers {
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";

    private RegistryAnswers() {}

    record SchemaOfSubject(String subject, int version, int id, String schema) {
        static SchemaOfSubject of(Version v) {
            return new SchemaOfSubject(v.subject(), v.version(), v.id(), v.schema());
        }
    }

    record SubjectVersion(String subject, int version) {}

    static Response ok(Object value) {
        return Response.json(200, value).with("Content-Type", CONTENT_TYPE);
    }

    static Response error(int status, int code, String message) {
        return Response.json(status, Map.of("error_code", code, "message", message))
                .with("Content-Type", CONTENT_TYPE);
    }

    static Response subjectNotFound(String subject) {
        return error(404, 40401, "Subject '%s' not found.".formatted(subject));
    }

    static Response versionNotFound(String version) {
        return error(404, 40402, "Version %s not found.".formatted(version));
    }

    static Response schemaNotFound(String which) {
        return error(404, 40403, "Schema %s not found".formatted(which));
    }

    static Response deletedBefore(String subject) {
        return error(
                404,
                40404,
                "Subject '%s' was soft deleted. Set permanent=true to delete permanently".formatted(subject));
    }

    static Response notDeletedBefore(String subject) {
        return error(
                404, 40405, "Subject '%s' was not deleted first before being permanently deleted".formatted(subject));
    }

    static Response versionDeletedBefore(String subject, int version) {
        return error(
                404,
                40406,
                "Subject '%s' Version %d was soft deleted. Set permanent=true to delete permanently"
                        .formatted(subject, version));
    }

    static Response versionNotDeletedBefore(String subject, int version) {
        return error(
                404,
                40407,
                "Subject '%s' Version %d was not deleted first before being permanently deleted"
                        .formatted(subject, version));
    }

    static Response noCompatibilityOfItsOwn(String subject) {
        return error(
                404, 40408, "Subject '%s' does not have subject-level compatibility configured".formatted(subject));
    }

    static Response noModeOfItsOwn(String subject) {
        return error(404, 40409, "Subject '%s' does not have subject-level mode configured".formatted(subject));
    }

    static Response incompatible(String subject, List<String> problems) {
        return error(
                409,
                409,
                "Schema being registered is incompatible with an earlier schema for subject \"%s\", details: %s"
                        .formatted(subject, problems));
    }

    static Response invalidSchema(String why) {
        return error(422, 42201, "Invalid schema: " + why);
    }

    static Response invalidVersion(String version) {
        return error(
                422,
                42202,
                "The specified version '%s' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\""
                        .formatted(version));
    }

    static Response invalidCompatibility() {
        return error(422, 42203, "Invalid compatibility level. Valid values are " + List.of(Compatibility.values()));
    }

    static Response invalidMode() {
        return error(422, 42204, "Invalid mode. The only mode of this registry is READWRITE");
    }
}
