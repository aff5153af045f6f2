package io.probeline.testkit;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What two witnesses saw who know nothing of Probeline's inside: a caller of the HTTP API, and the device backend. Guarantees are judged by
 * this alone. All times are {@link System#nanoTime} of one process.
 *
 * @param onceOnly names of the commands that may not run twice, whatever happens
 */
public record CommandHistory(
        List<Accepted> accepted, List<Settled> settled, List<NotSent> notSent, List<Wire> wire, Set<String> onceOnly) {

    /** A 202, between being asked for and being answered. */
    public record Accepted(String commandId, String deviceId, String command, long asked, long answered) {}

    /** An outcome as the HTTP API told it. */
    public record Settled(String commandId, String outcome) {}

    /** The HTTP API told at this time that the command was cancelled before it was sent. */
    public record NotSent(String commandId, long told) {}

    public CommandHistory {
        accepted = List.copyOf(accepted);
        settled = List.copyOf(settled);
        notSent = List.copyOf(notSent);
        wire = List.copyOf(wire);
        onceOnly = Set.copyOf(onceOnly);
    }

    /** Commands as devices saw them, in order: what came over a session that the backend had closed before, no device saw. */
    List<Wire.Command> seen() {
        return wire.stream()
                .filter(Wire.Command.class::isInstance)
                .map(Wire.Command.class::cast)
                .filter(Wire.Command::live)
                .toList();
    }

    Map<String, Accepted> acceptedById() {
        return accepted.stream().collect(Collectors.toMap(Accepted::commandId, each -> each, (first, again) -> first));
    }

    /** Throws with every violation of every guarantee, when there is one. */
    public void verify(Guarantee... guarantees) {
        var violations = List.of(guarantees).stream()
                .flatMap(guarantee -> guarantee.violations(this).stream()
                        .map(violation -> guarantee.getClass().getSimpleName() + ": " + violation))
                .toList();
        if (!violations.isEmpty()) {
            throw new AssertionError(violations.size() + " violations\n"
                    + String.join("\n", violations.subList(0, Math.min(50, violations.size()))));
        }
    }
}
