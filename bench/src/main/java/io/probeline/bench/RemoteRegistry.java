package io.probeline.bench;

import io.probeline.runtime.Http;
import io.probeline.schemas.HttpSchemaRegistry;
import io.probeline.schemas.SchemaRegistry;
import java.time.Duration;

/** The measurement's schema registry, with the connection to it. */
record RemoteRegistry(SchemaRegistry registry, Http http) implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    static RemoteRegistry at(String url) {
        var http = Http.within(LIMIT);
        return new RemoteRegistry(new HttpSchemaRegistry(url, http.client()), http);
    }

    @Override
    public void close() {
        http.close();
    }
}
