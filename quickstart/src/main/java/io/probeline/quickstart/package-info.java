/** All of Probeline in one JVM, with stand-ins for whatever outside party the environment does not name. */
@NullMarked
package io.probeline.quickstart;

import org.jspecify.annotations.NullMarked;
