package io.probeline.bridge;

import io.probeline.record.DeviceEventKind;
import io.probeline.record.Session;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's connection to its device: dials, redials, asks for signs of life, and tells what becomes of it. The decisions are
 * {@link Reconnect}'s and {@link Heartbeat}'s; the rules for refusals are the table of the device protocol.
 *
 * <p>Metrics: {@code probeline_bridge_dials_total}; {@code probeline_bridge_connection_ends_total} by {@code how}.
 */
final class LineConnection {
    private static final Logger LOG = LoggerFactory.getLogger(LineConnection.class);
    private static final Duration POKE_AGAIN = Duration.ofSeconds(15);
    private static final Duration LIVE_AGAIN = Duration.ofMinutes(1);
    private static final Duration LEASE_AGAIN = Duration.ofMillis(500);

    /** What the line must do about it. */
    interface Owner {
        /** The device can be spoken to. */
        void up();

        /** It can't. */
        void down(String reason);

        /** A text frame has come. */
        void text(byte[] bytes, int offset, int length);

        /** Something else is due than before. */
        void changed();

        /** A frame that no device may send. */
        void refused(FrameFault fault, byte[] head, long size);
    }

    private final LineParts parts;
    private final Session session;
    private final LineDial dial;
    private final Owner owner;
    private final Reconnect reconnect;
    private LinePhase phase;
    private long dialledAt = Moment.NEVER;
    private @Nullable Moment lastSeen;
    private long toldLiveAt;
    private int dials;

    /** What is known for the try that is under way, and whether it has been let in. */
    private Approach.Answer.@Nullable Ready ready;

    private final DialGate.Turn turn = this::begin;
    private boolean within;

    LineConnection(LineParts parts, Session session, Owner owner) {
        this.parts = parts;
        this.session = session;
        this.dial = new LineDial(parts, session);
        this.owner = owner;
        var config = parts.config();
        this.reconnect = new Reconnect(
                SessionStates.lost(session), Heartbeat.patience(config.heartbeatInterval(), config.heartbeatMisses()));
        this.phase = SessionStates.stopped(session)
                .<LinePhase>map(LinePhase.Stopped::new)
                .orElseGet(() -> new LinePhase.Apart(reconnect.first(now())));
    }

    /** Why the device can't be spoken to. */
    String reason() {
        return phase instanceof LinePhase.Stopped(var reason)
                ? reason
                : reconnect.lost() ? "device_lost" : "device_connecting";
    }

    void send(String text) {
        if (phase instanceof LinePhase.Joined joined) {
            joined.open().send(text);
        }
    }

    /** A command waits for a device that has been refused: one more try, at most every 15 s. */
    void poke() {
        if (phase instanceof LinePhase.Stopped stopped && stopped.mayRecover()) {
            dial.anew();
            long at = dialledAt == Moment.NEVER ? now().nanos() : dialledAt + POKE_AGAIN.toNanos();
            var first = reconnect.anew(now());
            become(new LinePhase.Apart(new Reconnect.Next(Math.max(at, now().nanos()), first.limit(), false)));
        }
    }

    /**
     * The session as it stands now. A bridge that has been replaced may have had words under way, which come after ours: the owner has the
     * last one. Twice the same word changes nothing.
     */
    void stands(Session now) {
        if (phase instanceof LinePhase.Joined joined && joined.alive()) {
            if (SessionStates.away(now)) {
                tell(DeviceEventKind.RESTORED, null);
            }
        } else if (reconnect.lost() && SessionStates.there(now)) {
            tell(DeviceEventKind.LOST, "device_lost");
        }
    }

    /** For good: the session is over, or goes to another bridge. */
    void close(int code, String reason) {
        var before = phase;
        become(new LinePhase.Stopped(LinePhase.Stopped.CLOSED));
        dials++;
        before.link().ifPresent(link -> link.close(code, reason));
    }

    long dueAt() {
        return phase.dueAt();
    }

    void time() {
        switch (phase) {
            case LinePhase.Apart(var next) when now().reached(next.at()) -> dial(next);
            case LinePhase.Dialling dialling
            when now().reached(dialling.until()) -> {
                dialling.link().ifPresent(link -> link.close(CloseCodes.GOING_AWAY, "too slow"));
                leaveGate(true);
                failed("time-out", "no session within the time of a try");
            }
            case LinePhase.Joined joined -> {
                if (joined.heartbeat().overdue(now().nanos())) {
                    joined.open().hear();
                }
                if (phase instanceof LinePhase.Joined still && still.open() == joined.open()) {
                    beat(still);
                }
            }
            case LinePhase.Apart _, LinePhase.Dialling _, LinePhase.Stopped _ -> {}
        }
    }

    private Moment now() {
        return parts.loop().now();
    }

    /** Who may have been replaced must not dial: the backend would close the connection of the bridge that replaced him. */
    private void dial(Reconnect.Next next) {
        if (!parts.lease().holds(now().nanos())) {
            become(new LinePhase.Apart(new Reconnect.Next(now().in(LEASE_AGAIN), next.limit(), false)));
            return;
        }
        dials++;
        ready = null;
        dialledAt = now().nanos();
        reconnect.dialled(now());
        become(new LinePhase.Dialling(now().in(next.limit()), null));
        parts.metrics().counter("probeline_bridge_dials").increment();
        dial.prepare(this::prepared);
    }

    private void prepared(Approach.Answer answer) {
        if (!(phase instanceof LinePhase.Dialling dialling) || dialling.pending() != null) {
            return;
        }
        switch (answer) {
            case Approach.Answer.Ready known -> enter(known);
            case Approach.Answer.NoSecret() -> stop(DeviceEventKind.REFUSED, "device_auth");
            case Approach.Answer.NotNow(var why) -> failed("not ready", why);
        }
        owner.changed();
    }

    private void become(LinePhase next) {
        phase = next;
        if (!(next instanceof LinePhase.Dialling)) {
            leaveGate(false);
        }
    }

    private void leaveGate(boolean tooLate) {
        if (within) {
            within = false;
            parts.gate().left(tooLate);
        }
    }

    private void enter(Approach.Answer.Ready known) {
        ready = known;
        parts.gate().enter(turn);
    }

    /** @return whether the try for which its turn has come is still wanted */
    private boolean begin() {
        var known = ready;
        if (known == null || !(phase instanceof LinePhase.Dialling dialling) || dialling.pending() != null) {
            return false;
        }
        within = true;
        connect(known, dialling.until());
        owner.changed();
        return true;
    }

    private void connect(Approach.Answer.Ready known, long until) {
        try {
            become(new LinePhase.Dialling(until, dial.connect(known, new Heard(dials))));
        } catch (IOException e) {
            LOG.warn("no socket for {}: {}", session.getDeviceId(), e.getMessage());
            failed("no socket", String.valueOf(e.getMessage()));
        }
    }

    private void opened() {
        var link = phase.link().orElseThrow(() -> new IllegalStateException("a link that was not dialled"));
        long silentSince = reconnect.opened(now());
        boolean believed = !reconnect.lost();
        var config = parts.config();
        var heartbeat = new Heartbeat(config.heartbeatInterval(), config.heartbeatMisses(), silentSince, now().nanos());
        become(new LinePhase.Joined(link, heartbeat, new BadFrames(), believed));
        if (believed) {
            joined(DeviceEventKind.CONNECTED);
        }
        time();
    }

    private void joined(DeviceEventKind kind) {
        toldLiveAt = now().nanos();
        tell(kind, null);
        owner.up();
    }

    private void beat(LinePhase.Joined joined) {
        var heartbeat = joined.heartbeat();
        switch (heartbeat.time(now().nanos())) {
            case NOTHING -> {}
            case BEAT -> joined.open().send(BridgeFrames.heartbeat(heartbeat.id()));
            case BEAT_SUSPECT -> {
                joined.open().send(BridgeFrames.heartbeat(heartbeat.id()));
                if (joined.alive()) {
                    tell(DeviceEventKind.SUSPECT, null);
                }
            }
            case GONE -> {
                ended("mute");
                joined.open().close(CloseCodes.GOING_AWAY, "no sign of life");
                apart(reconnect.mute(now(), parts.world().random().get()));
            }
        }
    }

    /** Any frame counts as life, also one that can't be read. */
    private void alive() {
        if (!(phase instanceof LinePhase.Joined(var link, var heartbeat, var bad, var alive))) {
            return;
        }
        lastSeen = now();
        boolean suspect = heartbeat.life(now().nanos());
        reconnect.alive(now());
        dial.spoken();
        if (!alive) {
            become(new LinePhase.Joined(link, heartbeat, bad, true));
            joined(DeviceEventKind.RESTORED);
        } else if (suspect || now().since(toldLiveAt).compareTo(LIVE_AGAIN) >= 0) {
            toldLiveAt = now().nanos();
            tell(DeviceEventKind.LIVE, null);
        }
    }

    /** One more frame that was refused. */
    void bad() {
        if (phase instanceof LinePhase.Joined joined && joined.bad().tooMany(now().nanos())) {
            joined.open().close(CloseCodes.POLICY, "too many bad frames");
            stop(DeviceEventKind.REFUSED, "device_protocol");
        }
    }

    private void over(LinkEnd end) {
        switch (end) {
            case LinkEnd.Refused(var status) -> refused(status);
            case LinkEnd.Closed closed -> closed(closed.code());
            case LinkEnd.Failed(var how) -> failed("failed", how);
        }
    }

    private void refused(int status) {
        switch (status) {
            case 401, 403 -> unauthorized();
            case 404 -> stop(DeviceEventKind.REFUSED, "device_unknown");
            default -> failed("status " + status / 100 + "xx", "the handshake was answered with " + status);
        }
    }

    private void closed(int code) {
        switch (code) {
            case CloseCodes.UNAUTHORIZED -> unauthorized();
            case CloseCodes.UNKNOWN -> stop(DeviceEventKind.REFUSED, "device_unknown");
            case CloseCodes.REPLACED -> replaced();
            case CloseCodes.NORMAL -> stop(DeviceEventKind.ENDED, LinePhase.Stopped.ENDED);
            default ->
                failed(code < CloseCodes.PRIVATE ? "close " + code : "close other", "the backend closed with " + code);
        }
    }

    /**
     * Who has slept finds that another bridge has the device, and the session goes on there. But while it is certainly ours, somebody else has taken it: then the
     * agent is told that it is gone, and no bridge takes it back.
     */
    private void replaced() {
        boolean ours = parts.lease().holds(parts.loop().look().nanos());
        stop(ours ? DeviceEventKind.LOST : DeviceEventKind.REPLACED, LinePhase.Stopped.REPLACED);
    }

    private void unauthorized() {
        if (!dial.renew(now())) {
            stop(DeviceEventKind.REFUSED, "device_auth");
            return;
        }
        ended("unauthorized");
        if (phase instanceof LinePhase.Joined) {
            owner.down(reason());
        }
        become(new LinePhase.Apart(reconnect.first(now())));
    }

    /** @param how one of few words, to be counted by */
    private void failed(String how, String why) {
        ended(how);
        LOG.debug("{}: {}", session.getDeviceId(), why);
        var random = parts.world().random().get();
        boolean wasJoined = phase instanceof LinePhase.Joined;
        apart(wasJoined ? reconnect.dropped(now(), random) : reconnect.failed(now(), random));
    }

    private void apart(Reconnect.Next next) {
        become(new LinePhase.Apart(next));
        dials++;
        if (next.lostNow()) {
            tell(DeviceEventKind.LOST, "device_lost");
        }
        owner.down(reason());
    }

    private void stop(DeviceEventKind kind, String reason) {
        ended(reason);
        become(new LinePhase.Stopped(reason));
        dials++;
        tell(kind, reason);
        owner.down(reason);
    }

    private void tell(DeviceEventKind kind, @Nullable String reason) {
        parts.log().event(parts.events().line(kind, session, now(), lastSeen, reason));
    }

    private void ended(String how) {
        parts.count("probeline_bridge_connection_ends", "how", how);
    }

    /** What one link tells; what an earlier one still has to say is of no interest. */
    private final class Heard implements DeviceLink.Listener {
        private final int dial;

        Heard(int dial) {
            this.dial = dial;
        }

        @Override
        public void opened() {
            if (dial == dials) {
                LineConnection.this.opened();
                owner.changed();
            }
        }

        /** Who has slept since it began to dial may have been replaced, and would take the connection from who replaced it. */
        @Override
        public boolean wanted() {
            return dial == dials && parts.lease().holds(parts.loop().look().nanos());
        }

        @Override
        public void ended(LinkEnd end) {
            if (dial == dials) {
                over(end);
                owner.changed();
            }
        }

        @Override
        public void text(byte[] bytes, int offset, int length) {
            if (dial == dials) {
                alive();
                owner.text(bytes, offset, length);
            }
        }

        @Override
        public void binary(byte[] head, long size) {
            refused(new FrameFault(FrameFault.BINARY, "a device speaks text"), head, size);
        }

        @Override
        public void oversized(byte[] head, long size) {
            refused(new FrameFault(FrameFault.OVERSIZED, size + " bytes, and 65536 are allowed"), head, size);
        }

        private void refused(FrameFault fault, byte[] head, long size) {
            if (dial == dials) {
                alive();
                owner.refused(fault, head, size);
            }
        }
    }
}
