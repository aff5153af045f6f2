package io.probeline.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.probeline.runtime.World;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether an agent takes part in a conversation. The interaction's id is input that anyone can type: it selects, and the contact centre authorises (the Genesys contract, "Who the
 * agent is"; ADR 17).
 *
 * <p>Refused is who is not connected to a conversation that has agents. Where Genesys can't be asked, or knows of no agent in it, the token's scopes decide alone, so that the
 * live view goes on while the contact centre is away. Each look-up counts against the contact centre's quota, so a yes is kept for {@link #YES_KEPT}.
 *
 * <p>Metric: {@code probeline_participant_lookups_total} by {@code outcome}.
 */
final class Participants {
    private static final Logger LOG = LoggerFactory.getLogger(Participants.class);

    static final Duration YES_KEPT = Duration.ofMinutes(10);

    /** Who has just joined is not kept waiting. */
    static final Duration NO_KEPT = Duration.ofSeconds(5);

    private static final Duration FAILURE_KEPT = Duration.ofSeconds(10);

    /** A contact centre that hangs must not take the time that the request needs for what comes after this. An answer that comes later is for the next request. */
    private static final Duration PATIENCE = Duration.ofMillis(800);

    private static final Set<String> LEFT = Set.of("disconnected", "terminated");

    private static final int MOST_KNOWN = 20_000;

    private final Conversations conversations;
    private final GatewayMetrics metrics;
    private final World world;

    /** Guarded by itself; eldest first. */
    private final Map<Asked, Known> known = new LinkedHashMap<>();

    /** Nobody asks before. */
    private volatile Instant notBefore = Instant.MIN;

    /** Who knows a conversation. */
    interface Conversations {
        Optional<JsonNode> conversation(String interactionId) throws IOException;
    }

    private record Asked(String interactionId, String agent) {}

    private record Known(boolean may, Instant until) {}

    Participants(Conversations conversations, GatewayMetrics metrics, World world) {
        this.conversations = conversations;
        this.metrics = metrics;
        this.world = world;
    }

    /** Whether this session is this caller's. Architect's client opens sessions and takes part in none. */
    boolean may(String interactionId, Caller caller) {
        if (caller.scopes().contains(Caller.INITIATE)) {
            return true;
        }
        var asked = new Asked(interactionId, caller.subject());
        var now = world.now();
        synchronized (known) {
            var before = known.get(asked);
            if (before != null && now.isBefore(before.until())) {
                return before.may();
            }
        }
        return now.isBefore(notBefore) || patiently(asked, now);
    }

    private boolean patiently(Asked asked, Instant now) {
        var answer = new FutureTask<>(() -> ask(asked, now));
        Thread.startVirtualThread(answer);
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            metrics.participantLookup("late");
            return true;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a look-up failed in a way of its own", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean ask(Asked asked, Instant now) {
        try {
            var conversation = conversations.conversation(asked.interactionId());
            boolean may =
                    conversation.map(found -> partOf(found, asked.agent())).orElse(true);
            metrics.participantLookup(may ? "yes" : "no");
            remember(asked, new Known(may, now.plus(may ? YES_KEPT : NO_KEPT)));
            return may;
        } catch (GenesysClient.Busy e) {
            notBefore = now.plus(e.after());
            return unknown(e);
        } catch (IOException e) {
            notBefore = now.plus(FAILURE_KEPT);
            return unknown(e);
        }
    }

    private boolean unknown(IOException e) {
        metrics.participantLookup("failed");
        LOG.warn("Genesys can't be asked who takes part in a conversation, so scopes decide alone: {}", e.getMessage());
        return true;
    }

    /** Connected is who has not left: there may be several, and one who came back. When the call is over all have left, and those who were in it read on. */
    private static boolean partOf(JsonNode conversation, String agent) {
        var agents = StreamSupport.stream(conversation.path("participants").spliterator(), false)
                .filter(one -> one.hasNonNull("userId"))
                .toList();
        boolean over = CallEnds.over(conversation);
        return agents.isEmpty()
                || agents.stream()
                        .anyMatch(one -> one.path("userId").asText().equals(agent) && (over || connected(one)));
    }

    private static boolean connected(JsonNode participant) {
        return !participant.hasNonNull("endTime")
                && !LEFT.contains(participant.path("state").asText());
    }

    private void remember(Asked asked, Known answer) {
        synchronized (known) {
            known.remove(asked);
            known.put(asked, answer);
            if (known.size() > MOST_KNOWN) {
                known.remove(known.keySet().iterator().next());
            }
        }
    }
}
