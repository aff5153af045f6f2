package io.probeline.processor;

import io.probeline.record.Session;
import io.probeline.record.SessionState;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a device: its latest session, open or closed.
 *
 * @param shownActiveAt the {@code activeAt} that stands in the sessions topic, which is behind the session's own
 * @param lostSaid the transcript says that the device is lost, and not yet that it is back
 * @param revision another one means that the sessions topic has to hear of it; counted from 0 again after a restart
 */
record DeviceState(Session session, Instant shownActiveAt, boolean lostSaid, long revision) {
    private static final Duration ACTIVITY_SHOWN = Duration.ofMinutes(1);

    static DeviceState opened(Session session, @Nullable DeviceState before) {
        return new DeviceState(session, session.getActiveAt(), false, before == null ? 1 : before.revision() + 1);
    }

    boolean open() {
        return session.getState() != SessionState.CLOSED;
    }

    /** The session's state has changed, which everyone is to see. */
    DeviceState with(Session changed) {
        return new DeviceState(changed, changed.getActiveAt(), lostSaid, revision + 1);
    }

    DeviceState lostSaid(boolean said) {
        return new DeviceState(session, shownActiveAt, said, revision);
    }

    /** Somebody or something was there; the topic hears of it once a minute. */
    DeviceState active(Instant at) {
        if (!at.isAfter(session.getActiveAt())) {
            return this;
        }
        var changed = Session.newBuilder(session).setActiveAt(at).build();
        boolean show = Duration.between(shownActiveAt, at).compareTo(ACTIVITY_SHOWN) >= 0;
        return show
                ? new DeviceState(changed, at, lostSaid, revision + 1)
                : new DeviceState(changed, shownActiveAt, lostSaid, revision);
    }
}
