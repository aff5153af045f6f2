package io.probeline.transcript;

import io.probeline.record.LineKind;
import io.probeline.record.Priority;
import io.probeline.record.TranscriptLine;
import io.probeline.schemas.Ids;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is written beside a partition's committed offset, before anything is sent: which lines are on their way, so that who comes after us knows which may
 * have been said, and from where in the receipts it has to read to know the rest.
 */
record CommitNote(long receiptsFrom, List<Sent> sent) {
    static final CommitNote NONE = new CommitNote(0, List.of());

    private static final Pattern FORM = Pattern.compile("1;r=(\\d{1,18})(?:;s=([0-9a-f:,+]*))?");
    private static final int HASH = 12;

    /** A broker takes 4,096 bytes beside an offset; more requests than this, and every line up to the newest is in doubt. */
    private static final int MOST = 100;

    /**
     * A request on its way.
     *
     * @param interaction a hash of it, which is short
     * @param offset of the newest line that it says
     * @param merged whether it says the older summaries of the interaction too
     */
    record Sent(String interaction, long offset, boolean merged) {
        static Sent of(TranscriptLine line, List<Place> places) {
            long newest = places.stream().mapToLong(Place::offset).max().orElseThrow();
            return new Sent(hash(line), newest, mergeable(line) || places.size() > 1);
        }

        /** Whether it stands for too many requests to name, of any interaction. */
        boolean anyone() {
            return interaction.isEmpty();
        }

        /** Whether this line of the topic was in the request. */
        boolean says(TranscriptLine line, long at) {
            if (anyone()) {
                return at <= offset;
            }
            return interaction.equals(hash(line)) && (at == offset || (merged && at < offset && mergeable(line)));
        }

        private static boolean mergeable(TranscriptLine line) {
            return line.getKind() == LineKind.UPDATE && line.getPriority() == Priority.SUMMARY;
        }

        private static String hash(TranscriptLine line) {
            return Ids.hash(line.getInteractionId().getBytes(StandardCharsets.UTF_8))
                    .substring(0, HASH);
        }
    }

    String text() {
        var told = sent.size() <= MOST
                ? sent
                : List.of(
                        new Sent("", sent.stream().mapToLong(Sent::offset).max().orElseThrow(), true));
        var requests = told.stream()
                .map(s -> s.interaction() + ":" + Long.toHexString(s.offset()) + (s.merged() ? "+" : ""))
                .collect(Collectors.joining(","));
        return "1;r=" + receiptsFrom + (requests.isEmpty() ? "" : ";s=" + requests);
    }

    /** What can't be read, from another version say, is as if there were none: then all receipts are read. */
    static CommitNote parse(String text) {
        var match = FORM.matcher(text);
        if (!match.matches()) {
            return NONE;
        }
        var requests = Optional.ofNullable(match.group(2)).stream()
                .flatMap(list -> Stream.of(list.split(",", -1)))
                .flatMap(one -> sent(one).stream())
                .toList();
        return new CommitNote(Long.parseLong(match.group(1)), requests);
    }

    private static Optional<Sent> sent(String text) {
        var parts = text.split("[:+]", -1);
        return parts.length < 2 || !parts[1].matches("[0-9a-f]{1,15}")
                ? Optional.empty()
                : Optional.of(new Sent(parts[0], Long.parseLong(parts[1], 16), text.endsWith("+")));
    }
}
