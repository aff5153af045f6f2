package io.probeline.testkit;

import io.probeline.testkit.Wire.Stamp;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the backend saw, in order: append-only, readable from any thread at any time.
 *
 * <p>It grows with what happens, because a checker needs all of it; {@link #withoutHeartbeats} keeps long runs small.
 */
public final class WireHistory implements Closeable {
    /** What is kept of what was seen. */
    private enum Keep {
        ALL,
        ALL_BUT_HEARTBEATS,
        NOTHING
    }

    private final Keep keep;
    private final @Nullable BufferedWriter file;
    // Guarded by this, as is the order of the file's lines.
    private final List<Wire> events = new ArrayList<>();
    private long last;
    private Consumer<Wire> listener = event -> {};

    private WireHistory(Keep keep, @Nullable BufferedWriter file) {
        this.keep = keep;
        this.file = file;
    }

    /** In memory. */
    public static WireHistory inMemory() {
        return new WireHistory(Keep.ALL, null);
    }

    /** In memory, without heartbeats: 10,000 sockets would add 2,000 a second. */
    public static WireHistory withoutHeartbeats() {
        return new WireHistory(Keep.ALL_BUT_HEARTBEATS, null);
    }

    /** Nowhere, for a backend that runs for ever and that nobody judges; listeners are still told. */
    public static WireHistory none() {
        return new WireHistory(Keep.NOTHING, null);
    }

    /** In memory and, a JSON object a line and flushed line by line, in this file, which must not exist. */
    public static WireHistory writing(Path file) throws IOException {
        return new WireHistory(Keep.ALL, Files.newBufferedWriter(file, StandardOpenOption.CREATE_NEW));
    }

    /** What another process has written so far; a line that it was killed in the middle of is not yet an event. */
    public static List<Wire> read(Path file) throws IOException {
        var text = Files.readString(file);
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .map(WireJson::read)
                .toList();
    }

    /** A copy of what has happened so far. */
    public synchronized List<Wire> events() {
        return List.copyOf(events);
    }

    /** The events of one kind, in order. */
    public <W extends Wire> List<W> events(Class<W> kind) {
        return events().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The events of one device, in order. */
    public List<Wire> of(String deviceId) {
        return events().stream().filter(e -> e.deviceId().equals(deviceId)).toList();
    }

    /** Tells this of every event from now on, within the backend's thread: it must not wait. */
    public synchronized void listen(Consumer<Wire> toEachEvent) {
        listener = listener.andThen(toEachEvent);
    }

    synchronized void add(Instant at, Function<Stamp, Wire> event) {
        var wire = event.apply(new Stamp(last + 1, System.nanoTime(), at));
        if (wire instanceof Wire.Heartbeat && keep == Keep.ALL_BUT_HEARTBEATS) {
            return;
        }
        last++;
        if (keep != Keep.NOTHING) {
            events.add(wire);
        }
        write(wire);
        listener.accept(wire);
    }

    private void write(Wire wire) {
        if (file == null) {
            return;
        }
        try {
            file.write(WireJson.write(wire));
            file.write('\n');
            file.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the history is not exact any more", e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
