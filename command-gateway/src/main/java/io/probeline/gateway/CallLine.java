package io.probeline.gateway;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;

/** A notification socket: hands what it hears to the one thread that cares for calls. Its methods are called on OkHttp's threads. */
final class CallLine extends WebSocketListener {
    private static final int NORMAL = 1000;

    /** What it hears. */
    interface Ear {
        void opened(CallLine line);

        void heard(CallLine line, CallEvent event);

        void ended(CallLine line);
    }

    private final Ear ear;
    private final BlockingQueue<Runnable> inbox;
    private final Runnable wake;
    private volatile @Nullable WebSocket socket;
    private volatile boolean deaf;

    /** @param inbox bounded: a line for which there is no room any more counts as ended */
    CallLine(Ear ear, BlockingQueue<Runnable> inbox, Runnable wake) {
        this.ear = ear;
        this.inbox = inbox;
        this.wake = wake;
    }

    /**
     * A client for these sockets: OkHttp ends the time of a call with the upgrade, so that it bounds everything before, and a socket may then be silent for as long as it likes.
     *
     * @param most for name, connection, TLS and upgrade together
     */
    static OkHttpClient client(OkHttpClient http, Duration most) {
        return http.newBuilder()
                .callTimeout(most)
                .connectTimeout(most)
                .readTimeout(Duration.ZERO)
                .build();
    }

    void dial(OkHttpClient client, Request request) {
        socket = client.newWebSocket(request, this);
    }

    /** Whether it had to drop what it heard. */
    boolean deaf() {
        return deaf;
    }

    void ping() {
        var open = socket;
        if (open != null) {
            var _ = open.send("{\"message\":\"ping\"}");
        }
    }

    /** At once, also where it has not come to be yet. */
    void cancel() {
        var dialled = socket;
        if (dialled != null) {
            dialled.cancel();
        }
    }

    void close() {
        var open = socket;
        if (open != null && !open.close(NORMAL, null)) {
            open.cancel();
        }
    }

    @Override
    public void onOpen(WebSocket opened, Response response) {
        socket = opened;
        tell(() -> ear.opened(this));
    }

    @Override
    public void onMessage(WebSocket from, String text) {
        var event = CallEvent.of(text);
        tell(() -> ear.heard(this, event));
    }

    @Override
    public void onClosing(WebSocket closing, int code, String reason) {
        closing.cancel();
        tell(() -> ear.ended(this));
    }

    @Override
    public void onFailure(WebSocket failed, Throwable why, @Nullable Response response) {
        tell(() -> ear.ended(this));
    }

    private void tell(Runnable what) {
        if (!inbox.offer(what)) {
            deaf = true;
        }
        wake.run();
    }
}
