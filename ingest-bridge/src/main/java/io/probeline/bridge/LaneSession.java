package io.probeline.bridge;

import java.util.Set;

/**
 * What the lane must know of the device's latest session.
 *
 * @param generation its place among the device's sessions
 * @param cancelled ids of commands that somebody wants cancelled
 */
record LaneSession(String sessionId, long generation, boolean open, Set<String> cancelled) {}
