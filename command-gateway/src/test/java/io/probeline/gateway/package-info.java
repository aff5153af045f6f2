/** The gateway from outside, by its contract, and its decisions one by one. */
@NullMarked
package io.probeline.gateway;

import org.jspecify.annotations.NullMarked;
