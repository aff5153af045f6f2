package io.probeline.bridge;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A command at its place in the device's queue, as the lane needs it.
 *
 * @param place its offset in the command topic
 * @param generation of its session, among the device's sessions
 * @param params JSON object, as text
 * @param deadline how long the device has, from sending
 * @param repeatable whether it may be sent again when nobody knows whether it ran
 * @param probe what tells then; null where nothing does
 */
record QueuedCommand(
        long place,
        String commandId,
        String interactionId,
        String sessionId,
        long generation,
        String command,
        String params,
        Duration deadline,
        Instant expiresAt,
        boolean repeatable,
        @Nullable Probe probe) {}
