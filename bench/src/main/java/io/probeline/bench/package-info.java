/** Each hot path beside its floor and its rivals, in one run on one machine: what counts are the ratios. */
@NullMarked
package io.probeline.bench;

import org.jspecify.annotations.NullMarked;
