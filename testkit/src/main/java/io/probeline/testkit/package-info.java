/** The outside world on loopback: an embedded broker and servers for each outside party, with scripted faults. */
@NullMarked
package io.probeline.testkit;

import org.jspecify.annotations.NullMarked;
