package io.probeline.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Conversations and transcripts, folded from events which, given a file, survive a restart; it keeps them all. */
final class GenesysStore implements Closeable {
    private final @Nullable JsonLines<GenesysEvent> file;
    // Guarded by this.
    private final Map<String, GenesysConversation> conversations = new LinkedHashMap<>();
    private final Map<String, List<GenesysMessage>> messages = new LinkedHashMap<>();
    private final List<GenesysMessage> inOrder = new ArrayList<>();
    private final List<GenesysWrite> writes = new ArrayList<>();

    private GenesysStore(@Nullable JsonLines<GenesysEvent> file) {
        this.file = file;
    }

    static GenesysStore inMemory() {
        return new GenesysStore(null);
    }

    static GenesysStore open(Path path) throws IOException {
        var file = JsonLines.open(path, GenesysEvent.class);
        var store = new GenesysStore(file);
        file.replayed().forEach(store::fold);
        return store;
    }

    /** What this returned from is kept. */
    synchronized void add(GenesysEvent event) {
        if (file != null) {
            try {
                file.append(event);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        fold(event);
    }

    private synchronized void fold(GenesysEvent event) {
        switch (event) {
            case GenesysEvent.Started e -> conversations.put(e.conversationId(), GenesysConversation.started(e));
            case GenesysEvent.Joined e -> conversations.computeIfPresent(e.conversationId(), (id, c) -> c.joined(e));
            case GenesysEvent.Left e -> conversations.computeIfPresent(e.conversationId(), (id, c) -> c.left(e));
            case GenesysEvent.Ended e -> conversations.computeIfPresent(e.conversationId(), (id, c) -> c.ended(e));
            case GenesysEvent.Attributed e -> attribute(e);
            case GenesysEvent.Written e -> write(e);
        }
    }

    private void attribute(GenesysEvent.Attributed event) {
        var conversation = conversations.get(event.conversationId());
        if (conversation != null) {
            var at = Instant.ofEpochMilli(event.at());
            var late = conversation.over();
            writes.add(new GenesysWrite(event.conversationId(), event.participantId(), at, event.attributes(), late));
            conversations.put(event.conversationId(), conversation.attributed(event));
        }
    }

    private void write(GenesysEvent.Written event) {
        var received = Instant.ofEpochMilli(event.at());
        var message = new GenesysMessage(event.interactionId(), event.id(), received, event.body());
        messages.computeIfAbsent(event.interactionId(), id -> new ArrayList<>()).add(message);
        inOrder.add(message);
    }

    synchronized Optional<GenesysConversation> conversation(String id) {
        return Optional.ofNullable(conversations.get(id));
    }

    synchronized List<GenesysConversation> conversations() {
        return List.copyOf(conversations.values());
    }

    synchronized List<GenesysMessage> messages(String interactionId) {
        return List.copyOf(messages.getOrDefault(interactionId, List.of()));
    }

    synchronized List<GenesysMessage> messages() {
        return List.copyOf(inOrder);
    }

    synchronized List<GenesysWrite> writes() {
        return List.copyOf(writes);
    }

    @Override
    public synchronized void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
