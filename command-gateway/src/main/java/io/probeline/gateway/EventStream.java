package io.probeline.gateway;

import io.probeline.record.RequestKind;
import io.probeline.record.SessionRequest;
import io.probeline.runtime.World;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/** board ──▶ one reader, as a {@code text/event-stream}, until the session, the token, the reader's part in the call or his patience has ended. */
final class EventStream {
    static final Duration COMMENT = Duration.ofSeconds(15);
    static final Duration WATCHED = Duration.ofMinutes(1);

    /** How often it is asked whether the reader still takes part in the call: as often as there may be a new answer. */
    static final Duration ASKED = Participants.FRESH;

    private static final byte[] COMMENT_LINE = ": still here\n\n".getBytes(StandardCharsets.UTF_8);

    private final Board board;
    private final BiPredicate<String, Caller> mayStay;
    private final World world;
    private final Consumer<SessionRequest> watched;

    /**
     * @param mayStay whether the caller may still look on at this interaction; it holds up this reader alone, for a moment
     * @param watched is told now and then that somebody looks on
     */
    EventStream(Board board, BiPredicate<String, Caller> mayStay, World world, Consumer<SessionRequest> watched) {
        this.board = board;
        this.mayStay = mayStay;
        this.world = world;
        this.watched = watched;
    }

    /** @throws InterruptedException when the reader was too slow, or the service ends */
    void write(Board.Now session, Optional<Cursor> from, Caller caller, OutputStream out)
            throws IOException, InterruptedException {
        var writing = Thread.currentThread();
        // Only an interrupt gets a thread out of a write to a reader who does not read.
        var reader = board.subscribe(session.view().facts().interactionId(), from, writing::interrupt);
        if (reader.isEmpty()) {
            return;
        }
        try {
            deliver(session, reader.get(), caller, out);
        } catch (IOException | InterruptedException | RuntimeException e) {
            // The interrupt of a write shows as whatever the server makes of it.
            if (reader.get().cut()) {
                throw new Behind(e);
            }
            throw e;
        } finally {
            board.unsubscribe(reader.get());
        }
    }

    /** A stream does not outlive its token, nor for long the agent's part in the call. */
    private void deliver(Board.Now session, Subscription reader, Caller caller, OutputStream out)
            throws IOException, InterruptedException {
        var interactionId = session.view().facts().interactionId();
        long comment = world.nanos() + COMMENT.toNanos();
        long ask = world.nanos() + ASKED.toNanos();
        while (!reader.over() && world.now().isBefore(caller.until())) {
            if (world.nanos() - ask >= 0) {
                if (!mayStay.test(interactionId, caller)) {
                    break;
                }
                ask = world.nanos() + ASKED.toNanos();
            }
            sayWatched(session, caller);
            long left = comment - world.nanos();
            if (left <= 0) {
                send(out, COMMENT_LINE);
                comment += COMMENT.toNanos();
            }
            var next = reader.next(Duration.ofNanos(Math.max(0, left)));
            if (next.isPresent()) {
                send(out, text(next.get()));
            }
        }
        if (reader.cut()) {
            throw new InterruptedException("cut off");
        }
    }

    /** Somebody looks on, so the session is not idle. */
    private void sayWatched(Board.Now session, Caller caller) {
        var now = world.now();
        if (board.dueWatched(session.sessionId(), now, WATCHED)) {
            watched.accept(Requests.about(session, RequestKind.WATCHED, caller.subject(), now)
                    .build());
        }
    }

    private static void send(OutputStream out, byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    private static byte[] text(Subscription.Delivery next) {
        var text = "event: " + next.event().type() + "\nid: " + next.id() + "\ndata: "
                + next.event().data() + "\n\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The reader is so far behind that it is cut off. */
    static final class Behind extends InterruptedException {
        private static final long serialVersionUID = 1L;

        Behind(Throwable cause) {
            super("the reader is " + Subscription.BEHIND + " events behind");
            initCause(cause);
        }
    }
}
