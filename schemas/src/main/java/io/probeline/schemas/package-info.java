/** The contract that the services share: records, topics, wire format, command catalogue, metric rules. */
@NullMarked
package io.probeline.schemas;

import org.jspecify.annotations.NullMarked;
