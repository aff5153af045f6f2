package io.probeline.bridge;

import io.probeline.record.Session;
import io.probeline.schemas.DeviceId;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How a session's device is dialled: with the secret that the vault gave, kept while the session lasts, so that a vault that is away ends nothing. */
final class LineDial {
    private final LineParts parts;
    private final Session session;
    private final DeviceId device;
    private @Nullable Secret secret;
    private Renewal renewal = new Renewal();
    private boolean asking;

    LineDial(LineParts parts, Session session) {
        this.parts = parts;
        this.session = session;
        this.device = new DeviceId(session.getDeviceId());
    }

    /** Finds out what must be known; one question at a time, so an answer that comes too late for its own try serves the next. */
    void prepare(Consumer<Approach.Answer> then) {
        if (asking) {
            return;
        }
        asking = true;
        var known = secret;
        parts.loop().aside(() -> parts.approach().prepare(device, known), answer -> {
            asking = false;
            then.accept(known == null ? looked(answer) : answer);
        });
    }

    private Approach.Answer looked(Approach.Answer answer) {
        if (!(answer instanceof Approach.Answer.Ready ready)) {
            return answer;
        }
        if (!renewal.found(ready.secret())) {
            return new Approach.Answer.NoSecret();
        }
        secret = ready.secret();
        return answer;
    }

    /** @throws IOException when there is no socket to be had */
    DeviceLink connect(Approach.Answer.Ready ready, DeviceLink.Listener listener) throws IOException {
        var endpoint = parts.endpoint();
        var headers = Map.of(
                "Host", endpoint.authority(),
                "Authorization", "Bearer " + ready.secret().value(),
                "X-Interaction-Id", session.getInteractionId(),
                "traceparent", Trace.next(parts.world().random().get()));
        return parts.loop().connect(endpoint, ready.address(), endpoint.path(device), headers, listener);
    }

    /** Begins as if nothing had been tried: what was wrong may have been put right since. */
    void anew() {
        secret = null;
        renewal = new Renewal();
    }

    /** The secret was refused; false when looking it up anew is of no use. */
    boolean renew(Moment now) {
        boolean again = renewal.refused(secret, now);
        if (again) {
            secret = null;
        }
        return again;
    }

    /** A frame has come from the device. */
    void spoken() {
        renewal.spoken();
    }
}
