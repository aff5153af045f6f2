package io.probeline.bridge;

import java.util.Optional;

/**
 * What the owners' group has committed for a command topic: the place of the next command and, where one was about to be sent
 * from there, its attempt, written into the offset's metadata as {@code sent:<attempt>}.
 *
 * @param place the first place without an outcome
 * @param attempt 0 where nothing was about to be sent
 */
record CommittedPlace(long place, int attempt) {
    /** Nothing was committed as yet: the queue begins where its topic does. */
    static final CommittedPlace NONE = new CommittedPlace(-1, 0);

    private static final String SENT = "sent:";

    static CommittedPlace of(long offset, String metadata) {
        return new CommittedPlace(offset, attempt(metadata).orElse(0));
    }

    String metadata() {
        return attempt == 0 ? "" : SENT + attempt;
    }

    /** Anything that starts with {@code sent:} is an intent: what can't be read is taken for one, never for none. */
    private static Optional<Integer> attempt(String metadata) {
        if (!metadata.startsWith(SENT)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Math.max(1, Integer.parseInt(metadata.substring(SENT.length()))));
        } catch (NumberFormatException e) {
            return Optional.of(1);
        }
    }
}
