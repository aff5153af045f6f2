/** The transcript sink: transcript ──▶ Genesys, within its quota. */
@NullMarked
package io.probeline.transcript;

import org.jspecify.annotations.NullMarked;
