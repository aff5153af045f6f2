package io.probeline.transcript;

import io.probeline.record.LineKind;
import io.probeline.record.TranscriptLine;
import io.probeline.record.TranscriptReceipt;
import io.probeline.testkit.GenesysMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Holds a transcript that Genesys has taken against the lines that were to be said and their receipts; each fault in words. */
final class SaidLines {
    private final Map<String, TranscriptLine> given;
    private final Map<String, List<TranscriptReceipt>> receipts;
    private final Map<String, Long> taken;

    SaidLines(
            List<TranscriptLine> given, Map<String, List<TranscriptReceipt>> receipts, List<GenesysMessage> messages) {
        this.given = given.stream().collect(Collectors.toMap(TranscriptLine::getLineId, Function.identity()));
        this.receipts = receipts;
        this.taken = messages.stream()
                .collect(Collectors.groupingBy(
                        m -> key(m.interactionId(), m.timestamp(), m.text()), Collectors.counting()));
    }

    /** Lines that neither stand in the transcript nor are told by one that does. */
    List<String> missing() {
        var missing = new ArrayList<String>();
        given.values().forEach(line -> {
            var receipt =
                    receipts.getOrDefault(line.getLineId(), List.of()).stream().findFirst();
            if (receipt.isEmpty() || !told(line, receipt.get())) {
                missing.add(line.getLineId() + " " + receipt);
            }
        });
        return missing;
    }

    private boolean told(TranscriptLine line, TranscriptReceipt receipt) {
        var by = receipt.getMergedInto().map(given::get).orElse(line);
        var text = receipt.getText();
        return taken.containsKey(key(by.getInteractionId(), by.getAt(), text))
                && (by.equals(line) || line.getKind() != LineKind.RESULT || text.contains("Also: "));
    }

    /** What was said more than once, and may not be: all but alarms and a session's end, which no later line can stand for. */
    List<String> doubledForNothing() {
        return doubled()
                .filter(text -> text.contains("UPDATE") || text.contains("RESULT"))
                .toList();
    }

    long doubles() {
        return doubled().count();
    }

    private Stream<String> doubled() {
        return taken.entrySet().stream().filter(e -> e.getValue() > 1).map(Map.Entry::getKey);
    }

    private static String key(String interaction, Instant at, String text) {
        return Objects.requireNonNull(interaction) + " " + at + " " + text;
    }
}
