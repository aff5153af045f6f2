/** What the bridge is held to: its decisions alone, its sockets against real servers, and the whole of it beside a real Kafka. */
@NullMarked
package io.probeline.bridge;

import org.jspecify.annotations.NullMarked;
