package io.probeline.gateway;

import io.probeline.gateway.Slot.Told;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One reader of a session's events. The fold offers and never waits; the reader's own thread takes and writes. A reader that falls
 * {@link #BEHIND} events behind is cut off: it can come back by its last id.
 */
final class Subscription {
    static final int BEHIND = 256;

    /** Wakes who waits for an event that will not come; it has been told to everybody. */
    private static final Told END = new Told(Feed.REQUESTS, -1, true, new Fold.Event("", ""));

    /** An event with the id to come back by. */
    record Delivery(String id, Fold.Event event) {}

    private final BlockingQueue<Told> queue = new ArrayBlockingQueue<>(BEHIND);
    private final Deque<Fold.Event> first;
    private final Runnable overflowed;
    private final String sessionId;
    /** Written by the reader's thread only. */
    private Cursor cursor;

    private volatile boolean ended;
    private volatile boolean cut;

    Subscription(Cursor cursor, List<Fold.Event> first, Runnable overflowed) {
        this.sessionId = cursor.sessionId();
        this.cursor = cursor;
        this.first = new ArrayDeque<>(first);
        this.overflowed = overflowed;
    }

    String sessionId() {
        return sessionId;
    }

    /** Never waits. The board calls it under its lock. */
    void offer(Told told) {
        if (!ended && !cut && !queue.offer(told)) {
            cut = true;
            overflowed.run();
        }
    }

    /** The next event, or nothing within this time. The reader's thread alone calls it. */
    Optional<Delivery> next(Duration wait) throws InterruptedException {
        var standing = first.poll();
        if (standing != null) {
            return deliver(cursor.oneMore(), standing);
        }
        var told = queue.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
        while (told != null && known(told)) {
            told = queue.poll();
        }
        if (told == null) {
            return Optional.empty();
        }
        boolean moves = told.last() && told.offset() >= cursor.next(told.feed());
        return deliver(moves ? cursor.past(told.feed(), told.offset()) : cursor.oneMore(), told.event());
    }

    private Optional<Delivery> deliver(Cursor now, Fold.Event event) {
        cursor = now;
        return Optional.of(new Delivery(now.toString(), event));
    }

    /** Told before it came back, perhaps by another instance. A session as it stands is never old news. */
    private boolean known(Told told) {
        return told.offset() < cursor.next(told.feed()) && !told.event().type().equals("session");
    }

    /** Nothing more will come once what is queued has been taken. The board calls it under its lock. */
    void end() {
        if (!ended) {
            ended = true;
            var _ = queue.offer(END);
        }
    }

    boolean over() {
        var next = queue.peek();
        return cut || (ended && first.isEmpty() && (next == null || END.equals(next)));
    }

    boolean cut() {
        return cut;
    }
}
