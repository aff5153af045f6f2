package io.probeline.transcript;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.probeline.record.LineKind;
import io.probeline.record.Priority;
import io.probeline.record.TranscriptLine;
import io.probeline.schemas.LineTexts;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * A line ──▶ an attribute of the conversation's customer, newest state in few keys. Beside each value stands, where the panel does not show it, which line
 * it is, by priority as lines of one priority go one after the other: so reading back tells exactly whether a line was written, also when two lines say
 * the same, or when a line of another priority has taken its place in the panel.
 */
final class ParticipantAttributes implements TranscriptTarget {
    static final String SHOWN = "conversationDetails.participantData.";
    static final String LINE = "probeline.line.";
    private static final String LONG_TEXT = "longtext:";
    private static final int LONGEST_VALUE = 256;
    private static final int MOST_KNOWN = 10_000;

    private final Genesys genesys;
    private final LineTexts texts;

    /** Interaction to its customer's participant. */
    private final Map<String, String> customers = bounded();

    /** Interactions whose participant was gone and is looked up anew. */
    private final Set<String> renewed = Collections.newSetFromMap(bounded());

    ParticipantAttributes(Genesys genesys, LineTexts texts) {
        this.genesys = genesys;
        this.texts = texts;
    }

    @Override
    public boolean needsLookUp(String interactionId) {
        return !customers.containsKey(interactionId);
    }

    @Override
    public boolean readable() {
        return true;
    }

    @Override
    public String said(TranscriptLine line) {
        var text = texts.say(line);
        int room = LONGEST_VALUE - LONG_TEXT.length();
        if (text.length() <= room) {
            return text;
        }
        int end = room - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }

    @Override
    public Answer write(TranscriptLine line, String said) {
        var customer = customers.get(line.getInteractionId());
        if (customer == null) {
            // Forgotten between the look-up and now: the next try looks it up again.
            return new Answer.Failed("the customer was forgotten", false, Optional.empty());
        }
        var body = JsonNodeFactory.instance.objectNode();
        body.putObject("attributes").put(SHOWN + key(line), LONG_TEXT + said).put(marker(line), line.getLineId());
        var path = conversation(line) + "/participants/" + TranscriptPath.escaped(customer) + "/attributes";
        var answer = genesys.send("PATCH", path, body);
        if (answer instanceof Answer.Refused(var reason, var rate) && reason.equals("http_404")) {
            return gone(line, reason, rate);
        }
        renewed.remove(line.getInteractionId());
        return answer;
    }

    @Override
    public Answer lookUp(TranscriptLine line) {
        return dots(line.getInteractionId())
                ? new Answer.Refused("interaction_id", Optional.empty())
                : genesys.get(
                        conversation(line),
                        (found, rate) -> customer(found)
                                .<Answer>map(customer -> {
                                    customers.put(
                                            line.getInteractionId(),
                                            customer.path("id").asText());
                                    return new Answer.Done(rate);
                                })
                                .orElseGet(() -> new Answer.Refused("no_customer", rate)));
    }

    @Override
    public Answer readBack(TranscriptLine line) {
        return genesys.get(
                conversation(line),
                (found, rate) -> customer(found)
                        .<Answer>map(customer -> {
                            customers.put(
                                    line.getInteractionId(), customer.path("id").asText());
                            var newest = customer.path("attributes").path(marker(line));
                            return new Answer.Checked(newest.asText().equals(line.getLineId()), rate);
                        })
                        .orElseGet(() -> new Answer.Refused("no_customer", rate)));
    }

    /** A path segment that the URL would take for "here" or "above". */
    static boolean dots(String segment) {
        return segment.equals(".") || segment.equals("..");
    }

    /** The participant that we knew is not there: looked up anew once, then it is the conversation that is not. */
    private Answer gone(TranscriptLine line, String reason, Optional<RateHeaders> rate) {
        customers.remove(line.getInteractionId());
        if (renewed.remove(line.getInteractionId())) {
            return new Answer.Refused(reason, rate);
        }
        renewed.add(line.getInteractionId());
        return new Answer.Failed("the customer's participant is gone", false, rate);
    }

    /** The longest unused is forgotten first. */
    private static <T> Map<String, T> bounded() {
        return Collections.synchronizedMap(new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > MOST_KNOWN;
            }
        });
    }

    private static Optional<JsonNode> customer(JsonNode conversation) {
        return StreamSupport.stream(conversation.path("participants").spliterator(), false)
                .filter(participant -> participant.path("purpose").asText().equals("customer"))
                .filter(participant -> !participant.path("id").asText().isEmpty())
                .findFirst();
    }

    private static String conversation(TranscriptLine line) {
        return "/api/v2/conversations/" + TranscriptPath.escaped(line.getInteractionId());
    }

    private static String marker(TranscriptLine line) {
        return LINE + line.getPriority().name().toLowerCase(Locale.ROOT);
    }

    private static String key(TranscriptLine line) {
        if (line.getKind() == LineKind.RESULT || line.getKind() == LineKind.OUTCOME_UNKNOWN) {
            return "Diagnostics result";
        }
        // What is over is news of the alert too, or the panel would show it for ever.
        boolean alert = line.getPriority() == Priority.ALARM
                || line.getReason()
                        .filter(reason -> reason.startsWith("alert_"))
                        .isPresent();
        return alert ? "Diagnostics alert" : "Diagnostics";
    }
}
