/** Tests of the measurements' pure parts: what is measured is checked, so the checks are. */
@NullMarked
package io.probeline.bench;

import org.jspecify.annotations.NullMarked;
