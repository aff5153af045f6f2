package io.probeline.gateway;

import io.probeline.schemas.Catalogue;
import io.probeline.schemas.CommandSpec;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which commands a caller may give: those of the catalogue, and of these the ones whose role the directory confirms. */
final class Permission {
    private final Catalogue catalogue;
    private final Roles roles;

    Permission(Catalogue catalogue, Roles roles) {
        this.catalogue = catalogue;
        this.roles = roles;
    }

    Catalogue catalogue() {
        return catalogue;
    }

    Step<CommandSpec> known(String command) {
        return Step.require(catalogue.command(command), Problem.commandNotAllowed(shortened(command)));
    }

    /** Asks the directory only where the command needs a role. */
    Step<CommandSpec> allowed(CommandSpec spec, Caller caller, Dossier dossier) {
        return spec.role().map(role -> held(spec, role, caller, dossier)).orElseGet(() -> Step.on(spec));
    }

    private Step<CommandSpec> held(CommandSpec spec, String role, Caller caller, Dossier dossier) {
        var held = roles.of(caller.subject());
        dossier.role(held.filter(all -> !all.isEmpty())
                .map(all -> String.join(",", new TreeSet<>(all)))
                .orElse(null));
        if (held.isEmpty()) {
            return Step.refuse(Problem.roleRequired(spec.name(), role, "the directory can't be asked"));
        }
        return held.get().contains(role)
                ? Step.on(spec)
                : Step.refuse(Problem.roleRequired(spec.name(), role, "the caller does not have it"));
    }

    /** The caller's roles, where any command needs one; none where nobody can say. */
    Set<String> held(Caller caller) {
        boolean asks =
                catalogue.commands().stream().anyMatch(spec -> spec.role().isPresent());
        return asks ? roles.of(caller.subject()).orElse(Set.of()) : Set.of();
    }

    /** Why this caller may not give the command, if so; the role has been read already. */
    static Optional<String> against(CommandSpec spec, Set<String> held) {
        return spec.role().filter(role -> !held.contains(role)).map(role -> "role_required");
    }

    private static String shortened(String command) {
        return command.substring(0, Math.min(64, command.length()));
    }
}
