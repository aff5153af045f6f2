package io.probeline.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.probeline.runtime.Running;
import io.probeline.runtime.World;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ends of calls, as Genesys' notification channels tell them ──▶ session-requests (CLOSE). Each gateway cares for its {@link CallShare}, with
 * as many channels as that needs, and none while there is no session. One thread does all of it; what it is to do, {@link CallWatch} says.
 */
final class CallEnds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CallEnds.class);
    private static final int CHANNELS = 10;
    private static final int WAITING = 1_024;
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMillis(500);
    private static final Duration CONNECTING = Duration.ofSeconds(10);
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final CallShare share;
    private final Board board;
    private final CallCloser closer;
    private final GenesysClient genesys;
    private final OkHttpClient sockets;
    private final GatewayMetrics metrics;
    private final World world;
    private final CallSeats seats = new CallSeats(CHANNELS, CallWatch.MOST);
    private final CallPace pace;
    private final List<Post> posts = new ArrayList<>();
    private final BlockingQueue<Runnable> inbox = new ArrayBlockingQueue<>(WAITING);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean running = true;
    private long lookAt;
    private int first;

    CallEnds(
            CallShare share,
            Board board,
            CallCloser closer,
            GenesysClient genesys,
            OkHttpClient http,
            GatewayMetrics metrics,
            World world) {
        this.share = share;
        this.board = board;
        this.closer = closer;
        this.genesys = genesys;
        this.sockets = CallLine.client(http, CONNECTING);
        this.metrics = metrics;
        this.world = world;
        this.lookAt = world.nanos();
        this.pace = new CallPace(world.nanos());
        for (int i = 0; i < CHANNELS; i++) {
            posts.add(new Post());
        }
        metrics.calls(this::watched, seats::without);
    }

    CallEnds start(Running.Owned owned) {
        world.threads().start("call-ends", () -> {
            try (share) {
                share.join();
                while (running) {
                    turn();
                }
            } catch (WakeupException e) {
                LOG.debug("nobody cares for calls any more, because the service closes");
            } catch (RuntimeException | Error e) {
                owned.fail(e);
            } finally {
                posts.forEach(Post::giveUp);
                closed.countDown();
            }
        });
        return this;
    }

    @Override
    public void close() {
        running = false;
        share.wake();
        try {
            if (!closed.await(CLOSING.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("who cares for calls did not end within {} s", CLOSING.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int watched() {
        return posts.stream().mapToInt(post -> post.watching).sum();
    }

    private void turn() {
        share.keep(LONGEST);
        Runnable news;
        while ((news = inbox.poll()) != null) {
            news.run();
        }
        if (world.nanos() - lookAt >= 0) {
            lookAt = world.nanos() + LOOK.toNanos();
            look();
        }
        // They share a pace, so none of them is always the first to ask.
        first = (first + 1) % CHANNELS;
        for (int i = 0; i < CHANNELS; i++) {
            posts.get((first + i) % CHANNELS).step();
        }
        closer.again(world.nanos());
    }

    /** Which calls are ours now. */
    private void look() {
        var calls = new HashMap<String, Instant>();
        for (var session : board.open()) {
            if (share.mine(session.deviceId())) {
                calls.put(session.interactionId(), session.openedAt());
            }
        }
        pace.part(share.part());
        var rows = seats.seat(calls.keySet());
        for (int i = 0; i < rows.size(); i++) {
            var row = new HashMap<String, Instant>();
            rows.get(i).forEach(call -> row.put(call, calls.getOrDefault(call, Instant.EPOCH)));
            posts.get(i).wanted(row);
        }
    }

    /** One channel with its socket. */
    private final class Post implements CallLine.Ear {
        private final CallWatch watch = new CallWatch(pace, world.nanos());
        private @Nullable CallLine line;
        private @Nullable CallLine coming;
        private @Nullable Known known;
        private volatile int watching;

        private record Known(String id, Instant expires) {}

        void wanted(Map<String, Instant> calls) {
            watching = calls.size();
            watch.wanted(calls);
        }

        void step() {
            var open = line;
            if (open != null && open.deaf()) {
                ended(open);
            }
            switch (watch.next(world.nanos(), world.now())) {
                case CallWatch.Open() -> open();
                case CallWatch.GiveUp() -> drop();
                case CallWatch.Subscribe(var channel, var calls) -> subscribe(channel, calls);
                case CallWatch.LookUp(var call) -> lookUp(call);
                case CallWatch.Ping() -> {
                    if (open != null) {
                        open.ping();
                    }
                    watch.pinged(world.nanos());
                }
                case CallWatch.Rest _ -> {}
            }
        }

        private void open() {
            try {
                var answer = genesys.send("POST", Json.object(), "notifications", "channels")
                        .orElseThrow(() -> new IOException("Genesys has no notification channels"));
                var request = new Request.Builder()
                        .url(answer.path("connectUri").asText())
                        .build();
                known = new Known(answer.path("id").asText(), expires(answer));
                watch.opening(world.nanos(), CONNECTING);
                var next = new CallLine(this, inbox, share::wake);
                coming = next;
                next.dial(sockets, request);
            } catch (IOException | IllegalArgumentException e) {
                LOG.warn("no notification channel for now: {}", e.getMessage());
                watch.failed(after(e), world.nanos(), world.random().get());
            }
        }

        /** Long past where it is not said. */
        private Instant expires(JsonNode answer) {
            try {
                return Instant.parse(answer.path("expires").asText());
            } catch (java.time.format.DateTimeParseException e) {
                return Instant.EPOCH;
            }
        }

        private void subscribe(String channel, List<String> calls) {
            var topics = Json.array();
            calls.forEach(call -> topics.addObject().put("id", CallEvent.topic(call)));
            try {
                if (genesys.tell("PUT", topics, "notifications", "channels", channel, "subscriptions")) {
                    watch.subscribed(calls, world.nanos(), world.now());
                } else {
                    drop();
                }
            } catch (IOException e) {
                LOG.warn("the ends of {} calls could not be subscribed to: {}", calls.size(), e.getMessage());
                watch.notSubscribed(after(e), world.nanos());
            }
        }

        private void lookUp(String call) {
            try {
                var over = genesys.get("conversations", call).map(CallEnds::over);
                metrics.callLookUp(over.map(yes -> yes ? "over" : "going_on").orElse("unknown"));
                watch.lookedUp(call, world.nanos());
                if (over.orElse(false)) {
                    closer.ended(call, world.nanos());
                }
            } catch (IOException e) {
                metrics.callLookUp("failed");
                watch.notLookedUp(call, after(e), world.nanos());
            }
        }

        @Override
        public void opened(CallLine opened) {
            var channel = known;
            if (opened != coming || channel == null) {
                opened.cancel();
                return;
            }
            hangUp();
            line = opened;
            coming = null;
            watch.opened(channel.id(), channel.expires(), world.nanos(), world.now());
        }

        @Override
        public void heard(CallLine from, CallEvent event) {
            if (from != line) {
                return;
            }
            watch.heard(world.nanos());
            switch (event) {
                case CallEvent.Ended(var call) -> closer.ended(call, world.nanos());
                case CallEvent.Closing() -> drop();
                case CallEvent.Other() -> {}
            }
        }

        @Override
        public void ended(CallLine gone) {
            if (gone == line || gone == coming) {
                drop();
            }
        }

        private void drop() {
            metrics.callChannelLost();
            giveUp();
            watch.dropped(world.nanos(), world.random().get());
        }

        void giveUp() {
            hangUp();
            var dialled = coming;
            coming = null;
            if (dialled != null) {
                dialled.cancel();
            }
        }

        private void hangUp() {
            var open = line;
            line = null;
            if (open != null) {
                open.close();
            }
        }
    }

    private static Duration after(Exception e) {
        return e instanceof GenesysClient.Busy busy ? busy.after() : Duration.ZERO;
    }

    /** It has an end, or its customer has one. */
    static boolean over(JsonNode conversation) {
        if (conversation.hasNonNull("endTime")) {
            return true;
        }
        var customers = new ArrayList<JsonNode>();
        conversation.path("participants").forEach(each -> {
            if (each.path("purpose").asText().equals("customer")) {
                customers.add(each);
            }
        });
        return !customers.isEmpty() && customers.stream().allMatch(each -> each.hasNonNull("endTime"));
    }
}
