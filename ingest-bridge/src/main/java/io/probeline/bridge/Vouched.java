package io.probeline.bridge;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Up to when a partition's owner has seen to everything: whoever comes after looks back from there, however long nobody owned it. It is written with each renewal of
 * the {@link Lease}, into the metadata of the offset that is committed for the partition of {@code sessions}, as {@code at:<epoch millis>}.
 *
 * @param since up to when those before had seen to everything
 */
record Vouched(Instant since) {
    /** What was under way may be as old: a clock that differs, a session that ended just before, an outcome that was written without its place. */
    static final Duration SLACK = Duration.ofHours(1);

    /** An owner that has gone before may not have seen to all that it found. */
    static final Duration TRIAL = Duration.ofMinutes(10);

    private static final String AT = "at:";

    /**
     * What the last owner has left. Where there is no commit, nobody owned the partition yet, or so long ago that Kafka has forgotten it: all that there is
     * counts. One without a time was made by a version that did not write it.
     *
     * @param committed for the partition of {@code sessions}
     */
    static Vouched of(@Nullable OffsetAndMetadata committed, Instant now) {
        if (committed == null) {
            return new Vouched(Instant.EPOCH);
        }
        var at = millis(committed.metadata());
        return new Vouched(at.isPresent() ? Instant.ofEpochMilli(at.getAsLong()) : now);
    }

    /** From when on a partition's past matters. */
    Instant from() {
        return since.equals(Instant.EPOCH) ? since : since.minus(SLACK);
    }

    /** @param owned how long the partition has been ours */
    String metadata(Duration owned, Instant now) {
        return AT + (owned.compareTo(TRIAL) < 0 ? since : now).toEpochMilli();
    }

    private static OptionalLong millis(String metadata) {
        if (!metadata.startsWith(AT)) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(metadata, AT.length(), metadata.length(), 10));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
