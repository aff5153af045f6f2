package io.probeline.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A call as it stands, folded from its events; immutable, so that it is read without a lock. */
record GenesysConversation(
        String id, Instant start, @Nullable Instant end, List<Participant> participants) {

    GenesysConversation {
        participants = List.copyOf(participants);
    }

    /** Somebody who takes, or took, part; the customer has no user id. */
    record Participant(
            String id,
            @Nullable String userId,
            Instant start,
            @Nullable Instant end,
            Map<String, String> attributes) {

        boolean customer() {
            return userId == null;
        }

        Participant ended(Instant at) {
            return end != null ? this : new Participant(id, userId, start, at, attributes);
        }

        Participant with(Map<String, String> more) {
            var all = new LinkedHashMap<>(attributes);
            all.putAll(more);
            return new Participant(id, userId, start, end, Map.copyOf(all));
        }
    }

    static GenesysConversation started(GenesysEvent.Started event) {
        var at = Instant.ofEpochMilli(event.at());
        var customer = new Participant(event.participantId(), null, at, null, Map.of());
        return new GenesysConversation(event.conversationId(), at, null, List.of(customer));
    }

    boolean over() {
        return end != null;
    }

    Participant customer() {
        return participants.getFirst();
    }

    Optional<Participant> participant(String participantId) {
        return participants.stream().filter(p -> p.id().equals(participantId)).findFirst();
    }

    GenesysConversation joined(GenesysEvent.Joined event) {
        var all = new ArrayList<>(participants);
        var at = Instant.ofEpochMilli(event.at());
        all.add(new Participant(event.participantId(), event.userId(), at, null, Map.of()));
        return new GenesysConversation(id, start, end, all);
    }

    GenesysConversation left(GenesysEvent.Left event) {
        var at = Instant.ofEpochMilli(event.at());
        return withEach(p -> event.userId().equals(p.userId()) ? p.ended(at) : p, end);
    }

    GenesysConversation ended(GenesysEvent.Ended event) {
        var at = Instant.ofEpochMilli(event.at());
        return withEach(p -> p.ended(at), at);
    }

    GenesysConversation attributed(GenesysEvent.Attributed event) {
        return withEach(p -> p.id().equals(event.participantId()) ? p.with(event.attributes()) : p, end);
    }

    private GenesysConversation withEach(UnaryOperator<Participant> change, @Nullable Instant ends) {
        return new GenesysConversation(
                id, start, ends, participants.stream().map(change).toList());
    }
}
