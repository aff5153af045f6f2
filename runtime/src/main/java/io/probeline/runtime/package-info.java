/** The house kit: how a service starts, reads its settings, tells the time, retries, and is looked at from outside. */
@NullMarked
package io.probeline.runtime;

import org.jspecify.annotations.NullMarked;
