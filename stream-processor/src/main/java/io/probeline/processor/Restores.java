package io.probeline.processor;

import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/**
 * How much a task had to read back before it could begin: a whole changelog where nobody stood by for it, hardly anything where somebody did. Called by the thread that
 * restores.
 *
 * <ul>
 *   <li>{@code probeline_store_restored_total{store}} entries read back from the changelog by tasks that became active
 * </ul>
 */
final class Restores implements StateRestoreListener {
    private final MeterRegistry registry;

    Restores(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void onRestoreStart(TopicPartition changelog, String store, long from, long end) {}

    @Override
    public void onBatchRestored(TopicPartition changelog, String store, long end, long restored) {
        registry.counter("probeline_store_restored", "store", store).increment((double) restored);
    }

    @Override
    public void onRestoreEnd(TopicPartition changelog, String store, long total) {}
}
