/** Tests of the stream processor: pure parts by themselves, the topology by Streams' driver, the store with a real broker. */
@NullMarked
package io.probeline.processor;

import org.jspecify.annotations.NullMarked;
