package io.probeline.processor;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * State as objects on the heap, which reach the changelog when Streams commits, not on every record: one put for each entry that changed
 * since.
 *
 * <p>Streams has a hook for that, but for its own caches alone: {@code StreamTask.prepareCommit} asks each {@link CachedStateStore} to flush
 * before it flushes the producer and ends the transaction, so what is written there is in the same transaction as the outputs and the
 * offsets. {@code StateStore.commit} comes after the transaction, which is too late. Those internal types of Streams are named in this file
 * only; a test with a real broker and killed instances holds them to it. Nothing is on disk: a task that moves, or that
 * was closed in doubt, is read back from the changelog, and a standby follows it. What is read back is decoded when somebody asks for it: a standby only holds
 * it, and so also holds what a newer version of this program writes while instances are replaced one after the other.
 *
 * <p>Used by one stream thread at a time; restoring, by the thread that restores, ends before the first use.
 */
final class WriteBehindStore<V> implements StateStore, CachedStateStore<String, V> {
    /** How a value looks in the changelog. */
    interface Codec<V> {
        byte[] encode(V value);

        V decode(byte[] bytes);
    }

    /** The place of one key; whoever changes its value in place says {@link WriteBehindStore#changed}. */
    static final class Slot<V> {
        private final String key;
        private @Nullable V value;
        private @Nullable Kept<V> kept;
        private boolean dirty;
        private boolean live = true;

        private Slot(String key) {
            this.key = key;
        }

        String key() {
            return key;
        }

        /** Whether it is still the place of its key; if not, the store has to be asked anew. */
        boolean live() {
            return live;
        }

        /** Nothing where the key is new or removed. */
        @Nullable
        V value() {
            if (kept != null) {
                value = kept.decode();
                kept = null;
            }
            return value;
        }

        private void set(@Nullable V next) {
            value = next;
            kept = null;
        }
    }

    /** A value as it was read back. */
    private static final class Kept<V> {
        private final byte[] bytes;
        private final Codec<V> codec;

        private Kept(byte[] bytes, Codec<V> codec) {
            this.bytes = bytes;
            this.codec = codec;
        }

        private V decode() {
            return codec.decode(bytes);
        }
    }

    /** Told what a store holds and writes. */
    interface Observer {
        void entries(int more);

        void flushed(int entries, long bytes);
    }

    private final String name;
    private final Codec<V> codec;
    private final Observer observer;
    private final Map<String, Slot<V>> slots = new HashMap<>();
    private final List<Slot<V>> dirty = new ArrayList<>();
    private @Nullable InternalProcessorContext<?, ?> context;
    private boolean open;
    private long flushedAt;

    WriteBehindStore(String name, Codec<V> codec, Observer observer) {
        this.name = name;
        this.codec = codec;
        this.observer = observer;
    }

    /** The place of this key, made where there is none: one look-up for reading and writing. */
    Slot<V> slot(String key) {
        var known = slots.get(key);
        if (known != null) {
            return known;
        }
        var made = new Slot<V>(key);
        slots.put(key, made);
        observer.entries(1);
        return made;
    }

    /** A place that was looked up and stays empty is given back. */
    void release(Slot<V> slot) {
        if (slot.value == null && slot.kept == null) {
            drop(slot);
        }
    }

    /** Every place, in no order. Whoever removes one while going through them takes a copy first. */
    Collection<Slot<V>> slots() {
        return Collections.unmodifiableCollection(slots.values());
    }

    void put(Slot<V> slot, V value) {
        slot.set(value);
        changed(slot);
    }

    /** The value was changed in place. */
    void changed(Slot<V> slot) {
        if (!slot.dirty) {
            slot.dirty = true;
            dirty.add(slot);
        }
    }

    void remove(Slot<V> slot) {
        slot.set(null);
        changed(slot);
        drop(slot);
    }

    private void drop(Slot<V> slot) {
        slot.live = false;
        if (slots.remove(slot.key, slot)) {
            observer.entries(-1);
        }
    }

    /** Wall-clock time of the last commit that had something to write, 0 before the first. */
    long flushedAt() {
        return flushedAt;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void init(StateStoreContext storeContext, StateStore root) {
        context = (InternalProcessorContext<?, ?>) storeContext;
        open = true;
        storeContext.register(root, this::restore);
    }

    /** In the transaction that is about to be committed. */
    @Override
    public void flushCache() {
        var to = Objects.requireNonNull(context, "a store is initialised before it is used");
        if (dirty.isEmpty()) {
            return;
        }
        flushedAt = to.currentSystemTimeMs();
        long bytes = 0;
        for (var slot : dirty) {
            var value = slot.value == null ? null : codec.encode(slot.value);
            var key = Bytes.wrap(slot.key.getBytes(StandardCharsets.UTF_8));
            to.logChange(name, key, value, flushedAt, new RecordHeaders(), Position.emptyPosition());
            slot.dirty = false;
            bytes += value == null ? 0 : value.length;
        }
        observer.flushed(dirty.size(), bytes);
        dirty.clear();
    }

    /** Streams asks for this when an active task becomes a standby, which it does only after a commit: then nothing is dirty. */
    @Override
    public void clearCache() {
        if (!dirty.isEmpty()) {
            throw new IllegalStateException(name + " has " + dirty.size() + " entries that were not committed");
        }
    }

    @Override
    public boolean setFlushListener(CacheFlushListener<String, V> listener, boolean sendOldValues) {
        return false;
    }

    /** Whatever is dirty goes: its transaction was committed before, or is never going to be. */
    @Override
    public void close() {
        observer.entries(-slots.size());
        slots.values().forEach(slot -> slot.live = false);
        slots.clear();
        dirty.clear();
        open = false;
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    private void restore(byte[] keyBytes, byte @Nullable [] bytes) {
        var key = new String(keyBytes, StandardCharsets.UTF_8);
        if (bytes != null) {
            slot(key).kept = new Kept<>(bytes, codec);
        } else {
            var removed = slots.get(key);
            if (removed != null) {
                drop(removed);
            }
        }
    }
}
