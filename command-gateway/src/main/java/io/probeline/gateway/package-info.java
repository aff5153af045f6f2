/** HTTP ──▶ session-requests, commands, audit;  sessions, aggregates, alerts ──▶ SSE, widget. */
@NullMarked
package io.probeline.gateway;

import org.jspecify.annotations.NullMarked;
