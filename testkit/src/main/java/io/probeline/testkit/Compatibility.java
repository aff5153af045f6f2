package io.probeline.testkit;

import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/** What a new schema of a subject owes to the earlier ones, judged by Avro itself. */
enum Compatibility {
    NONE(false, false, false),
    BACKWARD(true, false, false),
    BACKWARD_TRANSITIVE(true, false, true),
    FORWARD(false, true, false),
    FORWARD_TRANSITIVE(false, true, true),
    FULL(true, true, false),
    FULL_TRANSITIVE(true, true, true);

    private final boolean readsEarlier;
    private final boolean readByEarlier;
    private final boolean transitive;

    Compatibility(boolean readsEarlier, boolean readByEarlier, boolean transitive) {
        this.readsEarlier = readsEarlier;
        this.readByEarlier = readByEarlier;
        this.transitive = transitive;
    }

    /**
     * Why the new schema is refused; empty where it is compatible.
     *
     * @param earlier oldest first
     */
    List<String> problems(Schema candidate, List<Schema> earlier) {
        var judged = transitive || earlier.isEmpty() ? earlier : List.of(earlier.getLast());
        return judged.stream().flatMap(old -> problems(candidate, old)).toList();
    }

    private Stream<String> problems(Schema candidate, Schema old) {
        return Stream.concat(
                readsEarlier ? unreadable(candidate, old) : Stream.empty(),
                readByEarlier ? unreadable(old, candidate) : Stream.empty());
    }

    private static Stream<String> unreadable(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult()
                .getIncompatibilities()
                .stream()
                .map(problem -> "{errorType:'%s', description:'%s', additionalInfo:'%s'}"
                        .formatted(problem.getType(), problem.getMessage(), problem.getLocation()));
    }
}
