/**
 * device frames ──▶ telemetry, device-events, dead-letters;  commands.&lt;device&gt; ──▶ device.
 *
 * <p>One thread, the device loop, owns every socket, lane and timer. Three others talk to it through its mailbox: the
 * ownership consumer (which devices are ours, and the fence in front of every effect), the command reader, and the
 * producer's own thread (what is durable). What waits for the outside (vault, name look-up, history) runs on virtual threads.
 */
@NullMarked
package io.probeline.bridge;

import org.jspecify.annotations.NullMarked;
