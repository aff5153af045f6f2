package io.probeline.testkit;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Calls that begin, pass from agent to agent, and end; each change is stored and then told. */
final class GenesysCalling {
    private final GenesysStore store;
    private final GenesysNotifications notifications;
    private final InstantSource clock;
    // Guarded by this, as is every change, so that a conversation is begun once.
    private Optional<List<String>> welcome = Optional.empty();

    GenesysCalling(GenesysStore store, GenesysNotifications notifications, InstantSource clock) {
        this.store = store;
        this.notifications = notifications;
        this.clock = clock;
    }

    /** From now on a conversation that nobody began begins when it is first asked for, with these agents. */
    synchronized void welcome(List<String> agents) {
        welcome = Optional.of(List.copyOf(agents));
    }

    synchronized void begin(String conversationId, List<String> agents) {
        if (store.conversation(conversationId).isPresent()) {
            throw new IllegalArgumentException("there is a conversation with this id already: " + conversationId);
        }
        store.add(new GenesysEvent.Started(now(), conversationId, newId()));
        agents.forEach(agent -> join(conversationId, agent));
    }

    synchronized Optional<GenesysConversation> find(String conversationId) {
        if (store.conversation(conversationId).isEmpty()
                && welcome.isPresent()
                && GenesysTranscript.isInteraction(conversationId)) {
            begin(conversationId, welcome.get());
        }
        return store.conversation(conversationId);
    }

    synchronized void join(String conversationId, String userId) {
        require(conversationId);
        store.add(new GenesysEvent.Joined(now(), conversationId, newId(), userId));
    }

    synchronized void leave(String conversationId, String userId) {
        var left = require(conversationId).participants().stream()
                .filter(p -> userId.equals(p.userId()) && p.end() == null)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("takes no part: " + userId));
        store.add(new GenesysEvent.Left(now(), conversationId, userId));
        notifications.ended(conversationId, "user", left.id(), now());
    }

    synchronized void end(String conversationId) {
        if (!require(conversationId).over()) {
            store.add(new GenesysEvent.Ended(now(), conversationId));
        }
        tellEnd(conversationId);
    }

    /** The event once more, as the contact centre may do. */
    synchronized void tellEnd(String conversationId) {
        var conversation = require(conversationId);
        var end = conversation.end();
        if (end == null) {
            throw new IllegalArgumentException("it has not ended: " + conversationId);
        }
        notifications.ended(conversationId, "customer", conversation.customer().id(), end.toEpochMilli());
    }

    private GenesysConversation require(String conversationId) {
        return store.conversation(conversationId)
                .orElseThrow(() -> new IllegalArgumentException("there is no such conversation: " + conversationId));
    }

    private long now() {
        return clock.millis();
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }
}
