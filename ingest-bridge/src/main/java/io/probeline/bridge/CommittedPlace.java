package io.probeline.bridge;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the owners' group has committed for a command topic: the place of the next command and, where one was about to be sent
 * from there, its attempt, written into the offset's metadata as {@code sent:<attempt>}. Of a command that a probe can settle it is
 * also kept when it was about to be sent and how often the device had started by then: {@code sent:1 at:<epoch millis> starts:<n>}.
 *
 * @param place the first place without an outcome
 * @param attempt 0 where nothing was about to be sent
 */
record CommittedPlace(long place, int attempt, Doubt.Evidence evidence) {
    /** Nothing was committed as yet: the queue begins where its topic does. */
    static final CommittedPlace NONE = new CommittedPlace(-1, 0);

    private static final String SENT = "sent:";
    private static final String AT = "at:";
    private static final String STARTS = "starts:";

    CommittedPlace(long place, int attempt) {
        this(place, attempt, Doubt.Evidence.NONE);
    }

    static CommittedPlace of(long offset, String metadata) {
        var words = List.of(metadata.split(" ", -1));
        int attempt = attempt(words.getFirst()).orElse(0);
        return attempt == 0 ? new CommittedPlace(offset, 0) : new CommittedPlace(offset, attempt, evidence(words));
    }

    String metadata() {
        if (attempt == 0) {
            return "";
        }
        var words = new ArrayList<String>();
        words.add(SENT + attempt);
        if (evidence.at() != null) {
            words.add(AT + evidence.at().toEpochMilli());
        }
        if (evidence.starts() != null) {
            words.add(STARTS + evidence.starts());
        }
        return String.join(" ", words);
    }

    /** Anything that starts with {@code sent:} is an intent: what can't be read is taken for one, never for none. */
    private static Optional<Integer> attempt(String word) {
        if (!word.startsWith(SENT)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Math.max(1, Integer.parseInt(word.substring(SENT.length()))));
        } catch (NumberFormatException e) {
            return Optional.of(1);
        }
    }

    private static Doubt.Evidence evidence(List<String> words) {
        var at = number(words, AT);
        return new Doubt.Evidence(at == null ? null : Instant.ofEpochMilli(at), number(words, STARTS));
    }

    /** What can't be read is no evidence. */
    private static @Nullable Long number(List<String> words, String name) {
        for (var word : words) {
            if (word.startsWith(name)) {
                try {
                    return Long.valueOf(word.substring(name.length()));
                } catch (NumberFormatException e) {
                    return null;
                }
            }
        }
        return null;
    }
}
