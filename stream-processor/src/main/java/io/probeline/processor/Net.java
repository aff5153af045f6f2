package io.probeline.processor;

import io.probeline.record.Telemetry;
import io.probeline.record.TelemetryKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What the wall clock says below the bridges' ticks: a session of which nothing is heard, because its bridge is gone, gets a tick from here.
 * It goes into the topic like any other, behind all that is there already, so the topic alone still determines every window.
 *
 * <p>Silence is measured by when this instance heard last, and the tick's time goes on from the last record's: the clocks of bridge and
 * processor need not agree. Nor does a jump of the clock here, or a time in which this instance stood still, count as silence.
 */
final class Net {
    private static final Duration SILENCE = Duration.ofSeconds(3);

    /** The tick stays behind the present by this much: a bridge that lives after all has frames under way, and they are not to be late. */
    private static final Duration BEHIND = Duration.ofMillis(500);

    /** The session fold ends what is too old; this long after, nobody is going to. */
    private static final Duration ORPHANED = Duration.ofMinutes(1);

    /** Who looks each second has not lived through more than this since he looked last. */
    private static final Duration AT_ONCE = Duration.ofMillis(1_500);

    private final Duration maxAge;
    private long lookedAt;
    private long lived;

    Net(Duration maxAge) {
        this.maxAge = maxAge;
    }

    /** A record of this session has been taken. */
    void heard(Interaction interaction, TelemetryView record, long now) {
        if (record.kind() == TelemetryKind.FRAME || !interaction.pulse().returned(record.receivedAt())) {
            interaction.heard(lived(now));
        }
    }

    /** Time that never jumps, though it is read from a clock that may. */
    private long lived(long now) {
        lived += Math.clamp(now - lookedAt, 0, AT_ONCE.toMillis());
        lookedAt = now;
        return lived;
    }

    /** The tick that is due, if one is. */
    Optional<Telemetry> look(Interaction interaction, long clock) {
        long now = lived(clock);
        var pulse = interaction.pulse();
        if (interaction.ended() || pulse.underWay()) {
            return Optional.empty();
        }
        if (interaction.unheard()) {
            interaction.heard(now);
        }
        pulse.heard(interaction.heardAt(), interaction.lastAt());
        if (pulse.silentSince(now) < SILENCE.toMillis()) {
            return Optional.empty();
        }
        long at = pulse.time(now) - BEHIND.toMillis();
        pulse.wrote(at);
        return Optional.of(record(interaction, at));
    }

    private Telemetry record(Interaction interaction, long at) {
        boolean orphan = at - interaction.firstAt() > maxAge.plus(ORPHANED).toMillis();
        return Telemetry.newBuilder()
                .setInteractionId(interaction.subject().interactionId())
                .setSessionId(interaction.subject().sessionId())
                .setDeviceId(interaction.subject().deviceId())
                .setKind(orphan ? TelemetryKind.END : TelemetryKind.TICK)
                .setReceivedAt(Instant.ofEpochMilli(at))
                .setMetrics(Map.of())
                .build();
    }
}
