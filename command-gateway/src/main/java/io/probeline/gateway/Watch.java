package io.probeline.gateway;

import io.probeline.record.RequestKind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code GET …/events}: what happens in the session, as it happens, to whoever keeps up. */
final class Watch implements Routes.Handler {
    /** How many readers this instance serves; each holds a parked thread and a queue of its own. */
    static final int READERS = 4_096;

    private static final Duration COMMENT = Duration.ofSeconds(15);
    private static final Duration WATCHED = Duration.ofMinutes(1);
    private static final byte[] COMMENT_LINE = ": still here\n\n".getBytes(StandardCharsets.UTF_8);

    private final Desk desk;
    private final GatewayMetrics metrics;
    private final AtomicInteger readers = new AtomicInteger();

    Watch(Desk desk, GatewayMetrics metrics) {
        this.desk = desk;
        this.metrics = metrics;
    }

    @Override
    public Answer handle(Call call, Caller caller, Dossier dossier) {
        if (readers.get() >= READERS) {
            return Answer.refused(Problem.unavailable("this gateway has as many readers as it can serve"));
        }
        var from = call.header("last-event-id").flatMap(Cursor::parse);
        return desk.session(call.part("interactionId"), call.deadline())
                .answer(now -> new Answer.Streamed("text/event-stream", out -> stream(now, from, caller, out)));
    }

    private void stream(Board.Now session, Optional<Cursor> from, Caller caller, OutputStream out)
            throws IOException, InterruptedException {
        var writing = Thread.currentThread();
        // Only an interrupt gets a thread out of a write to a reader who does not read.
        var reader = desk.board().subscribe(session.view().facts().interactionId(), from, writing::interrupt);
        if (reader.isEmpty()) {
            return;
        }
        readers.incrementAndGet();
        try {
            deliver(session, reader.get(), caller, out);
        } finally {
            desk.board().unsubscribe(reader.get());
            readers.decrementAndGet();
            if (reader.get().cut()) {
                metrics.cutOff();
            }
        }
    }

    /** A stream does not outlive its token. */
    private void deliver(Board.Now session, Subscription reader, Caller caller, OutputStream out)
            throws IOException, InterruptedException {
        var world = desk.world();
        long comment = world.nanos() + COMMENT.toNanos();
        while (!reader.over() && world.now().isBefore(caller.until())) {
            watched(session, caller);
            long left = comment - world.nanos();
            if (left <= 0) {
                out.write(COMMENT_LINE);
                out.flush();
                comment = world.nanos() + COMMENT.toNanos();
            }
            var next = reader.next(Duration.ofNanos(Math.max(0, left)));
            if (next.isPresent()) {
                out.write(text(next.get()));
                out.flush();
            }
        }
        if (reader.cut()) {
            throw new InterruptedException("the reader is too far behind");
        }
    }

    /** Somebody looks on, so the session is not idle. */
    private void watched(Board.Now session, Caller caller) {
        var now = desk.world().now();
        if (desk.board().dueWatched(session.sessionId(), now, WATCHED)) {
            var request = Requests.about(session, RequestKind.WATCHED, caller.subject(), now)
                    .build();
            var answer = Answer.json(202, "{}");
            var _ = desk.offer(batch -> new Ruling.Write(List.of(desk.drafts().of(request)), answer, () -> {}));
        }
    }

    private static byte[] text(Subscription.Delivery next) {
        var text = "event: " + next.event().type() + "\nid: " + next.id() + "\ndata: "
                + next.event().data() + "\n\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
