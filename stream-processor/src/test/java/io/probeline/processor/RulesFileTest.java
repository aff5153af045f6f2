package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.probeline.schemas.MetricRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rules file that changes while it is used, with real files; each look is the test's. */
class RulesFileTest {
    private static final Terms SHIPPED =
            new Terms(MetricRules.shipped(), TranscriptPolicy.ON_BREACH, Duration.ofHours(4));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ProcessorMetrics metrics = new ProcessorMetrics(registry);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void changeInPlaceIsTakenWhenItStandsStill() throws IOException {
        var file = write("metrics.yaml", 1);
        var rules = RulesFile.open(file, SHIPPED, metrics);
        rules.look();
        assertEquals(1, rate(rules));
        write("metrics.yaml", 2);
        rules.look();
        assertEquals(1, rate(rules), "it may be half written");
        rules.look();
        assertEquals(2, rate(rules));
        assertEquals(TranscriptPolicy.ON_BREACH, rules.get().policy());
        assertEquals(1, changes("taken"));
    }

    @Test
    void unchangedFileIsNotReadAgain() throws IOException {
        var rules = RulesFile.open(write("metrics.yaml", 1), SHIPPED, metrics);
        var before = rules.get();
        write("metrics.yaml", 1);
        look(rules);
        assertSame(before, rules.get());
        assertEquals(0, changes("taken"));
    }

    @Test
    void renameOverItIsSeen() throws IOException {
        var rules = RulesFile.open(write("metrics.yaml", 1), SHIPPED, metrics);
        var other = write("metrics.yaml.new", 2);
        Files.move(other, folder.resolve("metrics.yaml"), StandardCopyOption.ATOMIC_MOVE);
        look(rules);
        assertEquals(2, rate(rules));
    }

    /** The file is a link into {@code ..data}, itself a link to a folder that is replaced as a whole. */
    @Test
    void swapOfALinkedFolderIsSeen() throws IOException {
        Files.createDirectories(folder.resolve("..one"));
        Files.createDirectories(folder.resolve("..two"));
        write("..one/metrics.yaml", 1);
        write("..two/metrics.yaml", 2);
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..one"));
        var file = Files.createSymbolicLink(folder.resolve("metrics.yaml"), Path.of("..data", "metrics.yaml"));
        var rules = RulesFile.open(file, SHIPPED, metrics);
        Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..two"));
        Files.move(folder.resolve("..data_tmp"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        look(rules);
        assertEquals(2, rate(rules));
    }

    @Test
    void brokenFileIsRefusedWholeWithLineAndReasonAndSaidOnce() throws IOException {
        var file = write("metrics.yaml", 1);
        var rules = RulesFile.open(file, SHIPPED, metrics);
        // Its rate is good, its third line is not: nothing of it is taken.
        Files.writeString(file, text(2).replace("metrics: {}", "metrics: {m: {kind: gauge, unit: '', window: 5s}}"));
        look(rules);
        look(rules);
        assertEquals(1, rate(rules));
        var why = rules.trouble().orElseThrow();
        assertTrue(why.contains("metrics.yaml:3:") && why.contains("continuous"), why);
        assertEquals(1, changes("refused"));
        write("metrics.yaml", 3);
        look(rules);
        assertEquals(3, rate(rules));
        assertEquals(Optional.empty(), rules.trouble());
    }

    @Test
    void backToTheRulesInForceIsNoTroubleAnyMore() throws IOException {
        var file = write("metrics.yaml", 1);
        var rules = RulesFile.open(file, SHIPPED, metrics);
        Files.writeString(file, "version: [1\n");
        look(rules);
        assertTrue(rules.trouble().orElseThrow().contains("metrics.yaml:2:"), () -> "" + rules.trouble());
        write("metrics.yaml", 1);
        look(rules);
        assertEquals(Optional.empty(), rules.trouble());
    }

    /** Each is YAML that one reader takes and another does not. */
    @Test
    void aliasToNowhereSecondDocumentOrBottomlessNestingIsRefusedToo() throws IOException {
        var file = write("metrics.yaml", 1);
        var rules = RulesFile.open(file, SHIPPED, metrics);
        for (var broken : List.of(
                text(2).replace("continuous", "*nope"),
                text(2) + "---\nversion: 1\n",
                text(2).replace("{}", "[".repeat(200) + "]".repeat(200)))) {
            Files.writeString(file, broken);
            look(rules);
            assertTrue(rules.trouble().isPresent(), broken);
            assertEquals(1, rate(rules));
        }
        assertEquals(3, changes("refused"));
    }

    @Test
    void criticalThatIsReachedBeforeItsWarningIsRefused() throws IOException {
        var file = write("metrics.yaml", 1);
        var rules = RulesFile.open(file, SHIPPED, metrics);
        var metric = "{kind: continuous, unit: dBm, window: 5s, message: Weak., warn: {below: -85}, critical: {%s}}";
        Files.writeString(file, text(2).replace("{}", "{signal: " + metric.formatted("below: -75") + "}"));
        look(rules);
        assertTrue(rules.trouble().orElseThrow().contains("metrics.yaml:3: critical is reached before warn"));
        Files.writeString(file, text(2).replace("{}", "{signal: " + metric.formatted("above: -75") + "}"));
        look(rules);
        assertTrue(rules.trouble().orElseThrow().contains("metrics.yaml:3: critical is on another side than warn"));
        Files.writeString(file, text(2).replace("{}", "{signal: " + metric.formatted("below: -95") + "}"));
        look(rules);
        assertEquals(2, rate(rules));
    }

    @Test
    void emptyTooLargeOrMissingFileLeavesTheRulesInForce() throws IOException {
        var file = write("metrics.yaml", 1);
        var rules = RulesFile.open(file, SHIPPED, metrics);
        Files.writeString(file, "");
        look(rules);
        assertTrue(rules.trouble().orElseThrow().contains("holds nothing"), () -> "" + rules.trouble());
        Files.writeString(file, "#".repeat(1_048_577));
        look(rules);
        assertTrue(rules.trouble().orElseThrow().contains("more than 1048576 bytes"), () -> "" + rules.trouble());
        Files.delete(file);
        look(rules);
        assertTrue(rules.trouble().orElseThrow().contains("is not there"), () -> "" + rules.trouble());
        assertEquals(1, rate(rules));
        assertEquals(3, changes("refused"));
        write("metrics.yaml", 1);
        look(rules);
        assertEquals(Optional.empty(), rules.trouble());
    }

    @Test
    void serviceDoesNotBeginWithABrokenFile() throws IOException {
        var file = Files.writeString(folder.resolve("metrics.yaml"), "version: 2\n");
        assertThrows(IllegalArgumentException.class, () -> RulesFile.open(file, SHIPPED, metrics));
    }

    @Test
    void rateOfNewRulesHoldsFromTheNextWindowOn() throws IOException {
        var frames = Frames.of("a");
        var found = new Found(TranscriptPolicy.ON_BREACH, MetricRules.parse("one", text(10)));
        found.accept(frames.tick(0));
        found.accept(frames.tick(3));
        found.rules(MetricRules.parse("other", text(1)));
        found.accept(frames.tick(10));
        assertEquals(50, found.windows(Interaction.SLOW).getFirst().getExpected());
        assertEquals(5, found.windows(Interaction.SLOW).getLast().getExpected());
    }

    private static void look(RulesFile rules) {
        rules.look();
        rules.look();
    }

    private static double rate(RulesFile rules) {
        return rules.get().rules().framesPerSecond();
    }

    private double changes(String outcome) {
        return registry.counter("probeline_rules_changes", "outcome", outcome).count();
    }

    private Path write(String name, int rate) throws IOException {
        return Files.writeString(folder.resolve(name), text(rate));
    }

    private static String text(int rate) {
        return """
                version: 1
                framesPerSecond: %d
                metrics: {}
                others: {kind: continuous, unit: "", window: 5s}
                """.formatted(rate);
    }
}
