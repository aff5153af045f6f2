package io.probeline.gateway;

import io.probeline.record.SessionRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code GET …/events}: what happens in the session, as it happens, to whoever keeps up. */
final class Watch implements Routes.Handler {
    /** How many readers this instance serves; each holds a parked thread and a queue of its own. */
    static final int READERS = 4_096;

    private final Desk desk;
    private final GatewayMetrics metrics;
    private final EventStream stream;
    private final AtomicInteger readers = new AtomicInteger();

    Watch(Desk desk, Participants participants, GatewayMetrics metrics) {
        this.desk = desk;
        this.metrics = metrics;
        this.stream = new EventStream(desk.board(), participants::mayStay, desk.world(), this::watched);
    }

    @Override
    public Answer handle(Call call, Caller caller, Dossier dossier) {
        if (readers.get() >= READERS) {
            return Answer.refused(Problem.away("this gateway has as many readers as it can serve"));
        }
        var from = call.header("last-event-id").flatMap(Cursor::parse);
        return desk.session(call.part("interactionId"), caller, call.deadline())
                .answer(now -> new Answer.Streamed("text/event-stream", out -> write(now, from, caller, out)));
    }

    private void write(Board.Now session, Optional<Cursor> from, Caller caller, OutputStream out)
            throws IOException, InterruptedException {
        readers.incrementAndGet();
        try {
            stream.write(session, from, caller, out);
        } catch (EventStream.Behind e) {
            metrics.cutOff();
            throw e;
        } finally {
            readers.decrementAndGet();
        }
    }

    /** Said when there is room for it: the next one comes in a minute. */
    private void watched(SessionRequest request) {
        var _ = desk.offer(
                batch -> new Ruling.Write(List.of(desk.drafts().of(request)), Answer.json(202, "{}"), () -> {}));
    }
}
