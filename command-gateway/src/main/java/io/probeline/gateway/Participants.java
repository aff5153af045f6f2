package io.probeline.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.probeline.runtime.World;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether an agent takes part in a conversation. The interaction's id is input that anyone can type: it selects, and the contact centre authorises (the Genesys contract, "Who the
 * agent is"; ADR 17).
 *
 * <p>Refused is who is not connected to a conversation that has agents. Where Genesys can't be asked, or knows of no agent in it, the token's scopes decide alone, so that the
 * live view goes on while the contact centre is away. Each look-up counts against the contact centre's quota, so a yes is asked for again only as fast as that bears.
 *
 * <p>Metric: {@code probeline_participant_lookups_total} by {@code outcome}.
 */
final class Participants {
    private static final Logger LOG = LoggerFactory.getLogger(Participants.class);

    /** A yes that is older than this is asked for again at the pace of {@link #AGAIN}. */
    static final Duration FRESH = Duration.ofMinutes(1);

    /** A yes that is older than this is none any more. */
    static final Duration YES_KEPT = Duration.ofMinutes(10);

    /** Six a minute: what the ends of calls leave of the tenth of the quota that the sink leaves to others (ADR 17). */
    static final Rate AGAIN = new Rate(0.1, 6);

    /** Who has just joined is not kept waiting, and who is let in for lack of knowledge is looked at again. */
    static final Duration NO_KEPT = Duration.ofSeconds(5);

    private static final Duration FAILURE_KEPT = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofMillis(800);

    private static final Set<String> LEFT = Set.of("disconnected", "terminated");

    private static final int MOST_KNOWN = 20_000;

    private final Conversations conversations;
    private final GatewayMetrics metrics;
    private final World world;
    private final LookUps<Asked, Boolean> lookUps = new LookUps<>(PATIENCE);

    /** Guarded by itself; eldest first. */
    private final Map<Asked, Known> known = new LinkedHashMap<>();

    /** Guarded by {@link #known}. */
    private Bucket again;

    /** Nobody asks before, whatever the conversation. */
    private volatile Instant notBefore = Instant.MIN;

    /** Who knows a conversation. */
    interface Conversations {
        /** Nothing where there is none. @throws GenesysClient.Refused when it can't be had, whatever becomes of others */
        Optional<JsonNode> conversation(String interactionId) throws IOException;
    }

    private record Asked(String interactionId, String agent) {}

    /** What Genesys said. */
    private enum Word {
        YES,
        NO,
        /** It knows of no such conversation, or of no agent in it. */
        UNKNOWN
    }

    /** @param renewed when it may be asked for again, while it still stands */
    private record Known(Word word, Instant at, Instant renewed) {
        /** @param inside of who looks on already, so that an answer is not so urgent */
        boolean old(Instant now, boolean inside) {
            var kept = switch (word) {
                case YES -> YES_KEPT;
                case NO -> NO_KEPT;
                case UNKNOWN -> inside ? YES_KEPT : NO_KEPT;
            };
            return !now.isBefore(at.plus(kept));
        }

        boolean may() {
            return word != Word.NO;
        }
    }

    Participants(Conversations conversations, GatewayMetrics metrics, World world) {
        this.conversations = conversations;
        this.metrics = metrics;
        this.world = world;
        this.again = Bucket.full(AGAIN, world.nanos());
    }

    /** Whether this session is this caller's. Architect's client opens sessions and takes part in none. */
    boolean may(String interactionId, Caller caller) {
        return may(interactionId, caller, false);
    }

    /** Whether who was let in may still look on. */
    boolean mayStay(String interactionId, Caller caller) {
        return may(interactionId, caller, true);
    }

    private boolean may(String interactionId, Caller caller, boolean inside) {
        if (caller.scopes().contains(Caller.INITIATE)) {
            return true;
        }
        var asked = new Asked(interactionId, caller.subject());
        var now = world.now();
        var standing = standing(asked, inside, now);
        if (standing.isPresent()) {
            return standing.get().may();
        }
        return now.isBefore(notBefore) || patiently(asked, now);
    }

    /** What is known and new enough. Of an older yes only one at a time is told nothing, so that he asks again. */
    private Optional<Known> standing(Asked asked, boolean inside, Instant now) {
        synchronized (known) {
            var before = known.get(asked);
            if (before == null || before.old(now, inside)) {
                return Optional.empty();
            }
            if (!now.isBefore(before.renewed()) && quotaBears()) {
                known.put(asked, new Known(before.word(), before.at(), now.plus(FRESH)));
                return Optional.empty();
            }
            return Optional.of(before);
        }
    }

    private boolean quotaBears() {
        var now = again.at(world.nanos(), AGAIN);
        again = now.has() ? now.taken() : now;
        return now.has();
    }

    private boolean patiently(Asked asked, Instant now) {
        try {
            var answer = lookUps.ask(asked, () -> answered(asked, now).orElseGet(() -> ask(asked)));
            if (answer.isEmpty()) {
                metrics.participantLookup("late");
            }
            return answer.orElse(true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What another has been told since then. */
    private Optional<Boolean> answered(Asked asked, Instant since) {
        synchronized (known) {
            return Optional.ofNullable(known.get(asked))
                    .filter(each -> !each.at().isBefore(since))
                    .map(Known::may);
        }
    }

    private boolean ask(Asked asked) {
        try {
            var word = conversations
                    .conversation(asked.interactionId())
                    .map(found -> partOf(found, asked.agent()))
                    .orElse(Word.UNKNOWN);
            return remember(asked, word);
        } catch (GenesysClient.Refused e) {
            LOG.warn("Genesys does not say who takes part in {}: {}", asked.interactionId(), e.getMessage());
            return remember(asked, Word.UNKNOWN);
        } catch (GenesysClient.Busy e) {
            return failed(e, e.after());
        } catch (IOException e) {
            return failed(e, FAILURE_KEPT);
        }
    }

    private boolean failed(IOException e, Duration rest) {
        notBefore = world.now().plus(rest);
        metrics.participantLookup("failed");
        LOG.warn("Genesys can't be asked who takes part in a conversation, so scopes decide alone: {}", e.getMessage());
        return true;
    }

    /** Connected is who has not left: there may be several, and one who came back. When the call is over all have left, and those who were in it read on. */
    private static Word partOf(JsonNode conversation, String agent) {
        var agents = StreamSupport.stream(conversation.path("participants").spliterator(), false)
                .filter(one -> one.hasNonNull("userId"))
                .toList();
        if (agents.isEmpty()) {
            return Word.UNKNOWN;
        }
        boolean over = CallEnds.over(conversation);
        return agents.stream().anyMatch(one -> one.path("userId").asText().equals(agent) && (over || connected(one)))
                ? Word.YES
                : Word.NO;
    }

    private static boolean connected(JsonNode participant) {
        return !participant.hasNonNull("endTime")
                && !LEFT.contains(participant.path("state").asText());
    }

    private boolean remember(Asked asked, Word word) {
        metrics.participantLookup(word.name().toLowerCase(Locale.ROOT));
        var now = world.now();
        var answer = new Known(word, now, now.plus(FRESH));
        synchronized (known) {
            known.remove(asked);
            known.put(asked, answer);
            if (known.size() > MOST_KNOWN) {
                known.remove(known.keySet().iterator().next());
            }
        }
        return answer.may();
    }
}
