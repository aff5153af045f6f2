package io.probeline.processor;

import io.probeline.record.DeviceEvent;
import io.probeline.record.Session;
import io.probeline.record.SessionRequest;
import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import io.probeline.record.TranscriptLine;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** session-requests, device-events ──▶ sessions, transcript, telemetry (END); what {@link SessionFold} decides, this carries. */
final class SessionProcessor implements Processor<String, byte[], String, byte[]> {
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** Concurrent changes of many sessions share a commit; a lone one does not wait. */
    private static final Duration GAP = Duration.ofMillis(20);

    private final Parts parts;
    private final Intake<SessionRequest> requests;
    private final Intake<DeviceEvent> events;
    private @Nullable Running running;

    /** What is there from the start of the task until its end. */
    private record Running(
            WriteBehindStore<DeviceState> store, Outlet<String> outlet, CommitPace pace, Instant since) {}

    SessionProcessor(Parts parts) {
        this.parts = parts;
        this.requests = new Intake<>(parts.formats().requests(), Checks::request, parts.pause());
        this.events = new Intake<>(parts.formats().events(), Checks::event, parts.pause());
    }

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
        WriteBehindStore<DeviceState> store = context.getStateStore(ProcessorTopology.SESSIONS_STORE);
        var outlet = new Outlet<>(
                context, parts.formats().deadLetters(), ProcessorTopology.SESSION_DEAD_LETTERS_OUT, parts.metrics());
        var since = Instant.ofEpochMilli(context.currentSystemTimeMs());
        running = new Running(store, outlet, new CommitPace(context, GAP, store::flushedAt), since);
        context.schedule(LOOK, PunctuationType.WALL_CLOCK_TIME, this::look);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        var topic = running().outlet().topic();
        if (topic.equals(Topics.SESSION_REQUESTS.name())) {
            switch (requests.take(record.value())) {
                case Decoded.Ok<SessionRequest>(var request) ->
                    apply(record, request.getDeviceId(), state -> SessionFold.request(state, request));
                case Decoded.Rejected<SessionRequest> why -> running().outlet().reject(record, why);
            }
        } else {
            switch (events.take(record.value())) {
                case Decoded.Ok<DeviceEvent>(var event) ->
                    apply(record, event.getDeviceId(), state -> SessionFold.event(state, event));
                case Decoded.Rejected<DeviceEvent> why -> running().outlet().reject(record, why);
            }
        }
    }

    private interface Decision {
        SessionFold.Step on(@Nullable DeviceState state);
    }

    private void apply(Record<String, byte[]> record, String deviceId, Decision decision) {
        if (!deviceId.equals(record.key())) {
            running().outlet().reject(record, new Decoded.Rejected<>("wrong_key", "the key is not the deviceId"));
            return;
        }
        var slot = running().store().slot(deviceId);
        var step = decision.on(slot.value());
        step.lines().forEach(line -> say(line, record.timestamp()));
        if (step.state() != null) {
            settle(slot, step.state(), record.timestamp());
        } else {
            running().store().release(slot);
        }
    }

    /** Time passes for every open session, also where nothing is written. */
    private void look(long now) {
        for (var slot : running().store().slots()) {
            var state = slot.value();
            if (state != null) {
                var then = SessionFold.time(
                        state, Instant.ofEpochMilli(now), running().since(), parts.maxAge(), parts.idle());
                settle(slot, then, now);
            }
        }
    }

    private void settle(WriteBehindStore.Slot<DeviceState> slot, DeviceState next, long timestamp) {
        var before = slot.value();
        if (next.equals(before)) {
            return;
        }
        running().store().put(slot, next);
        if (before == null || next.revision() != before.revision()) {
            show(next.session(), timestamp);
        }
        if (!next.open()) {
            end(next.session(), timestamp);
        }
    }

    private void show(Session session, long timestamp) {
        parts.metrics().session(session.getState().name().toLowerCase(Locale.ROOT));
        running()
                .outlet()
                .send(
                        ProcessorTopology.SESSIONS_OUT,
                        parts.formats().sessions(),
                        session.getDeviceId(),
                        session,
                        timestamp);
        running().pace().said(timestamp);
    }

    /** Its telemetry is over: windows close, alerts clear, the totals are written. */
    private void end(Session session, long timestamp) {
        var end = Telemetry.newBuilder()
                .setInteractionId(session.getInteractionId())
                .setSessionId(session.getSessionId())
                .setDeviceId(session.getDeviceId())
                .setKind(TelemetryKind.END)
                .setReceivedAt(session.getClosedAt().orElse(session.getUpdatedAt()))
                .setMetrics(Map.of())
                .build();
        running()
                .outlet()
                .send(
                        ProcessorTopology.SESSION_ENDS_OUT,
                        parts.formats().telemetry(),
                        session.getInteractionId(),
                        end,
                        timestamp);
    }

    private void say(TranscriptLine line, long timestamp) {
        parts.metrics().line(line.getKind());
        running()
                .outlet()
                .send(
                        ProcessorTopology.SESSION_LINES_OUT,
                        parts.formats().transcript(),
                        line.getInteractionId(),
                        line,
                        timestamp);
        running().pace().said(timestamp);
    }

    private Running running() {
        return Objects.requireNonNull(running, "Streams initialises a processor before it uses it");
    }
}
