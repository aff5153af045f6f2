package io.probeline.testkit;

import static io.probeline.testkit.RegistryAnswers.error;
import static io.probeline.testkit.RegistryAnswers.ok;

import io.probeline.testkit.StubHttp.Malformed;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** A schema registry for Avro with the Confluent API, on loopback; what it has answered survives kill -9. */
public final class RegistryServer implements Closeable {
    private final JsonLines<RegistryEvent> journal;
    private final StubHttp http;

    private RegistryServer(JsonLines<RegistryEvent> journal, StubHttp http) {
        this.journal = journal;
        this.http = http;
    }

    /**
     * Starts with what the file holds.
     *
     * @param port the port, or 0 for a free one
     * @param store the file, made if it is new
     */
    public static RegistryServer start(int port, Path store) throws IOException {
        var journal = JsonLines.open(store, RegistryEvent.class);
        try {
            var ledger = new RegistryLedger();
            journal.replayed().forEach(ledger::apply);
            var reads = new RegistryReads(ledger);
            var routes = routes(reads, new RegistryWrites(ledger, reads, journal));
            return new RegistryServer(journal, StubHttp.start(port, oneAtATime(routes)));
        } catch (IOException | RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    public int port() {
        return http.port();
    }

    public String url() {
        return http.url();
    }

    public Faults faults() {
        return http.faults();
    }

    /** How many requests have come. */
    public long requests() {
        return http.requests();
    }

    @Override
    public void close() throws IOException {
        http.close();
        journal.close();
    }

    /** Ids and versions are given in one order, which is the file's. */
    private static StubHttp.Handler oneAtATime(Routes routes) {
        var turn = new ReentrantLock();
        return request -> {
            turn.lock();
            try {
                return routes.handle(request);
            } catch (Malformed e) {
                return error(400, 400, String.valueOf(e.getMessage()));
            } finally {
                turn.unlock();
            }
        };
    }

    private static Routes routes(RegistryReads reads, RegistryWrites writes) {
        return new Routes(status -> error(status, status, status == 405 ? "Method Not Allowed" : "Not Found"))
                .on("GET", "/", (request, none) -> ok(Map.of()))
                .on("GET", "/subjects", reads::subjects)
                .on("POST", "/subjects/{subject}", writes::lookUp)
                .on("DELETE", "/subjects/{subject}", writes::deleteSubject)
                .on("GET", "/subjects/{subject}/versions", reads::versions)
                .on("POST", "/subjects/{subject}/versions", writes::register)
                .on("GET", "/subjects/{subject}/versions/{version}", reads::version)
                .on("DELETE", "/subjects/{subject}/versions/{version}", writes::deleteVersion)
                .on("GET", "/subjects/{subject}/versions/{version}/schema", reads::versionSchema)
                .on("GET", "/subjects/{subject}/versions/{version}/referencedby", reads::referencedBy)
                .on("GET", "/schemas", reads::schemas)
                .on("GET", "/schemas/types", (request, none) -> ok(List.of("AVRO")))
                .on("GET", "/schemas/ids/{id}", reads::schema)
                .on("GET", "/schemas/ids/{id}/schema", reads::schemaOnly)
                .on("GET", "/schemas/ids/{id}/subjects", reads::schemaSubjects)
                .on("GET", "/schemas/ids/{id}/versions", reads::schemaVersions)
                .on("POST", "/compatibility/subjects/{subject}/versions", writes::compatible)
                .on("POST", "/compatibility/subjects/{subject}/versions/{version}", writes::compatibleWithVersion)
                .on("GET", "/config", reads::config)
                .on("PUT", "/config", writes::configure)
                .on("GET", "/config/{subject}", reads::subjectConfig)
                .on("PUT", "/config/{subject}", writes::configureSubject)
                .on("DELETE", "/config/{subject}", writes::unconfigureSubject)
                .on("GET", "/mode", (request, none) -> ok(Map.of("mode", "READWRITE")))
                .on("PUT", "/mode", writes::setMode)
                .on("GET", "/mode/{subject}", reads::subjectMode)
                .on("PUT", "/mode/{subject}", writes::setMode)
                .on("GET", "/contexts", (request, none) -> ok(List.of(".")));
    }
}
