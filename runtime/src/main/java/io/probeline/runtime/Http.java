package io.probeline.runtime;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;

/**
 * The HTTP client of the house: no redirects to elsewhere, and an end to every wait. A request over a connection that turns out to be dead is made again over another,
 * unless its body is one-shot: then that is for the caller to decide, who knows whether it may be done twice.
 */
public final class Http implements AutoCloseable {
    private final OkHttpClient client;

    private Http(OkHttpClient client) {
        this.client = client;
    }

    /** @param whole the longest that a call may take from its start to the last byte */
    public static Http within(Duration whole) {
        return new Http(new OkHttpClient.Builder()
                .callTimeout(whole)
                .connectTimeout(whole)
                .followRedirects(false)
                .retryOnConnectionFailure(true)
                .connectionPool(new ConnectionPool(16, 1, TimeUnit.MINUTES))
                .build());
    }

    public OkHttpClient client() {
        return client;
    }

    @Override
    public void close() {
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }
}
