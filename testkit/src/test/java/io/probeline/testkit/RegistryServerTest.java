package io.probeline.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String V1 = record("{'name':'id','type':'string'}");
    private static final String WITH_DEFAULT =
            record("{'name':'id','type':'string'},{'name':'n','type':'int','default':0}");
    private static final String WITHOUT_DEFAULT = record("{'name':'id','type':'string'},{'name':'n','type':'int'}");
    private static final String RETYPED = record("{'name':'id','type':'int'}");

    @TempDir
    private Path folder;

    private Path store;
    private RegistryServer registry;
    private Call call;

    @BeforeEach
    void start() throws IOException {
        store = folder.resolve("registry.jsonl");
        open();
    }

    @AfterEach
    void stop() throws IOException {
        call.close();
        registry.close();
    }

    @Test
    void idsAreOneForOneContentAndVersionsOnePerSubject() throws Exception {
        assertEquals(1, register("a-value", V1).get("id").asInt());
        assertEquals(1, register("a-value", " " + V1 + "\n").get("id").asInt(), "the same content");
        assertEquals(2, register("a-value", WITH_DEFAULT).get("id").asInt());
        assertEquals(2, register("b/value", WITH_DEFAULT).get("id").asInt(), "the same content in another subject");

        assertEquals("[\"a-value\",\"b/value\"]", call.get("/subjects").body());
        assertEquals("[1,2]", call.get("/subjects/a-value/versions").body());
        assertEquals("[1]", call.get("/subjects/b%2Fvalue/versions").body());
        var latest = call.get("/subjects/a-value/versions/latest").json();
        assertEquals(2, latest.get("version").asInt());
        assertEquals(2, latest.get("id").asInt());
        assertEquals(WITH_DEFAULT, latest.get("schema").asText());
        assertEquals(V1, call.get("/subjects/a-value/versions/1/schema").body());
        assertEquals(V1, call.get("/schemas/ids/1").json().get("schema").asText());
        assertEquals(
                2,
                call.get("/schemas/ids/1?fetchMaxId=true").json().get("maxId").asInt());
        assertEquals(
                "[{\"subject\":\"a-value\",\"version\":2},{\"subject\":\"b/value\",\"version\":1}]",
                call.get("/schemas/ids/2/versions").body());
        assertEquals(
                "application/vnd.schemaregistry.v1+json",
                call.get("/schemas/types")
                        .raw()
                        .headers()
                        .firstValue("content-type")
                        .orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "NONE,true,true,true",
        "BACKWARD,true,false,false",
        "FORWARD,true,true,false",
        "FULL,true,false,false",
        "BACKWARD_TRANSITIVE,true,false,false",
    })
    void compatibilityIsAvros(String level, boolean defaulted, boolean undefaulted, boolean retyped) throws Exception {
        register("a-value", V1);
        assertEquals(200, put("/config/a-value", "compatibility", level).status());
        assertEquals(defaulted, isCompatible(WITH_DEFAULT));
        assertEquals(undefaulted, isCompatible(WITHOUT_DEFAULT));
        assertEquals(retyped, isCompatible(RETYPED));
    }

    @Test
    void transitiveLooksFurtherThanTheLatest() throws Exception {
        register("a-value", V1);
        register("a-value", WITH_DEFAULT);
        assertTrue(compatibility("/versions", WITHOUT_DEFAULT, "BACKWARD"), "the latest has the field");
        assertFalse(compatibility("/versions", WITHOUT_DEFAULT, "BACKWARD_TRANSITIVE"), "the first has not");
    }

    @Test
    void whatIsIncompatibleIsRefusedWithTheReason() throws Exception {
        register("a-value", V1);
        var refused = post("/subjects/a-value/versions", WITHOUT_DEFAULT);
        assertEquals(409, refused.status());
        assertEquals(409, refused.json().get("error_code").asInt());
        assertTrue(refused.body().contains("READER_FIELD_MISSING_DEFAULT_VALUE"), refused.body());
        assertEquals("[1]", call.get("/subjects/a-value/versions").body());
        var verbose = post("/compatibility/subjects/a-value/versions/latest?verbose=true", WITHOUT_DEFAULT);
        assertTrue(verbose.json().get("messages").get(0).asText().contains("READER_FIELD_MISSING"), verbose.body());
    }

    @Test
    void errorsHaveTheirCodes() throws Exception {
        assertError(404, 40401, call.get("/subjects/none/versions"));
        assertError(404, 40401, post("/subjects/none", V1));
        assertError(404, 40403, call.get("/schemas/ids/7"));
        register("a-value", V1);
        assertError(404, 40402, call.get("/subjects/a-value/versions/2"));
        assertError(422, 42202, call.get("/subjects/a-value/versions/newest"));
        assertError(404, 40403, post("/subjects/a-value", RETYPED));
        assertError(422, 42201, post("/subjects/a-value/versions", "{\"type\":\"nothing\"}"));
        assertError(404, 40408, call.get("/config/a-value"));
        assertError(422, 42203, put("/config", "compatibility", "MAYBE"));
        assertError(400, 400, call.send("POST", "/subjects/a-value/versions", "{"));
        assertError(404, 404, call.get("/nowhere"));
        assertError(405, 405, call.send("PUT", "/subjects", "{}"));
        var references =
                "{\"schema\":\"\\\"string\\\"\",\"references\":[{\"name\":\"a\",\"subject\":\"b\",\"version\":1}]}";
        assertError(422, 42201, call.send("POST", "/subjects/a-value/versions", references));
    }

    @Test
    void configHasADefaultAndASubjectsOwn() throws Exception {
        assertEquals(
                "{\"compatibilityLevel\":\"BACKWARD_TRANSITIVE\"}",
                call.get("/config").body());
        put("/config", "compatibility", "FULL");
        put("/config/a-value", "compatibility", "NONE");
        assertEquals("{\"compatibilityLevel\":\"FULL\"}", call.get("/config").body());
        assertEquals(
                "{\"compatibilityLevel\":\"NONE\"}", call.get("/config/a-value").body());
        assertEquals(
                "{\"compatibilityLevel\":\"FULL\"}",
                call.get("/config/b?defaultToGlobal=true").body());
        assertEquals(200, call.send("DELETE", "/config/a-value", "").status());
        assertError(404, 40408, call.get("/config/a-value"));
        assertEquals("{\"mode\":\"READWRITE\"}", call.get("/mode").body());
    }

    @Test
    void deletingIsSoftFirst() throws Exception {
        register("a-value", V1);
        register("a-value", WITH_DEFAULT);
        assertError(404, 40405, call.send("DELETE", "/subjects/a-value?permanent=true", ""));
        assertEquals(
                "2",
                call.send("DELETE", "/subjects/a-value/versions/latest", "").body());
        assertError(404, 40406, call.send("DELETE", "/subjects/a-value/versions/2", ""));
        assertEquals(
                "[1,2]", call.get("/subjects/a-value/versions?deleted=true").body());
        assertEquals("[1]", call.send("DELETE", "/subjects/a-value", "").body());
        assertEquals("[]", call.get("/subjects").body());
        assertEquals(V1, call.get("/schemas/ids/1/schema").body(), "records that were written stay readable");
        assertEquals(1, register("a-value", V1).get("id").asInt());
        assertEquals("[3]", call.get("/subjects/a-value/versions").body());
    }

    @Test
    void everythingSurvivesARestartAndAHalfWrittenLine() throws Exception {
        register("a-value", V1);
        register("a-value", WITH_DEFAULT);
        put("/config/a-value", "compatibility", "NONE");
        stop();
        Files.writeString(store, "{\"event\":\"regis", StandardOpenOption.APPEND);
        open();
        assertEquals("[1,2]", call.get("/subjects/a-value/versions").body());
        assertEquals(
                "{\"compatibilityLevel\":\"NONE\"}", call.get("/config/a-value").body());
        assertEquals(3, register("a-value", RETYPED).get("id").asInt());
        stop();
        open();
        assertEquals(RETYPED, call.get("/schemas/ids/3/schema").body());
    }

    @Test
    void aSpoiltFileIsNamedWithItsLine() throws Exception {
        register("a-value", V1);
        Files.writeString(store, "nonsense\n", StandardOpenOption.APPEND);
        var spoilt = assertThrows(IOException.class, () -> RegistryServer.start(0, store));
        assertTrue(String.valueOf(spoilt.getMessage()).contains("registry.jsonl, line 2"), spoilt::getMessage);
    }

    private void open() throws IOException {
        registry = RegistryServer.start(0, store);
        call = new Call(registry.url());
    }

    private JsonNode register(String subject, String schema) throws Exception {
        var answer = post("/subjects/" + subject.replace("/", "%2F") + "/versions", schema);
        assertEquals(200, answer.status(), answer.body());
        return answer.json();
    }

    private Call.Answered post(String path, String schema) throws Exception {
        return call.send("POST", path, JSON.writeValueAsString(Map.of("schema", schema)));
    }

    private Call.Answered put(String path, String key, String value) throws Exception {
        return call.send("PUT", path, JSON.writeValueAsString(Map.of(key, value)));
    }

    private boolean isCompatible(String schema) throws Exception {
        return post("/compatibility/subjects/a-value/versions/latest", schema)
                .json()
                .get("is_compatible")
                .asBoolean();
    }

    private boolean compatibility(String path, String schema, String level) throws Exception {
        put("/config/a-value", "compatibility", level);
        return post("/compatibility/subjects/a-value" + path, schema)
                .json()
                .get("is_compatible")
                .asBoolean();
    }

    private static void assertError(int status, int code, Call.Answered answer) throws IOException {
        assertEquals(status, answer.status(), answer.body());
        assertEquals(code, answer.json().get("error_code").asInt(), answer.body());
        assertTrue(answer.json().get("message").isTextual());
    }

    private static String record(String fields) {
        return "{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"t\",\"fields\":[%s]}"
                .formatted(fields.replace('\'', '"'));
    }
}
