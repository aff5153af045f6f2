package io.probeline.processor;

import java.util.Map;
import org.apache.kafka.streams.state.StoreBuilder;

/** Makes the {@link WriteBehindStore} of each task. It is always logged: the changelog is the only place where its state is durable. */
final class WriteBehindBuilder<V> implements StoreBuilder<WriteBehindStore<V>> {
    private final String name;
    private final WriteBehindStore.Codec<V> codec;
    private final WriteBehindStore.Observer observer;
    private final Map<String, String> changelog;

    /** @param changelog broker settings of the changelog topic */
    WriteBehindBuilder(
            String name,
            WriteBehindStore.Codec<V> codec,
            WriteBehindStore.Observer observer,
            Map<String, String> changelog) {
        this.name = name;
        this.codec = codec;
        this.observer = observer;
        this.changelog = Map.copyOf(changelog);
    }

    @Override
    public WriteBehindStore<V> build() {
        return new WriteBehindStore<>(name, codec, observer);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean loggingEnabled() {
        return true;
    }

    @Override
    public Map<String, String> logConfig() {
        return changelog;
    }

    @Override
    public StoreBuilder<WriteBehindStore<V>> withLoggingEnabled(Map<String, String> config) {
        return new WriteBehindBuilder<>(name, codec, observer, config);
    }

    @Override
    public StoreBuilder<WriteBehindStore<V>> withLoggingDisabled() {
        throw new UnsupportedOperationException("without its changelog this store would forget");
    }

    @Override
    public StoreBuilder<WriteBehindStore<V>> withCachingEnabled() {
        return this;
    }

    @Override
    public StoreBuilder<WriteBehindStore<V>> withCachingDisabled() {
        return this;
    }
}
