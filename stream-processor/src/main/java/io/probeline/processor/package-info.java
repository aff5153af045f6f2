/** telemetry ──▶ aggregates, alerts, transcript; session-requests, device-events ──▶ sessions. */
@NullMarked
package io.probeline.processor;

import org.jspecify.annotations.NullMarked;
