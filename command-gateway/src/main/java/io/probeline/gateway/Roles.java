package io.probeline.gateway;

import io.probeline.runtime.World;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The roles of agents, kept for 60 s as the directory told them. What it did not tell is not there: closed on failure. */
final class Roles {
    private static final Logger LOG = LoggerFactory.getLogger(Roles.class);
    private static final Duration KEPT = Duration.ofSeconds(60);
    /** A directory that is away is not asked again by everyone at once. */
    private static final Duration FAILURE_KEPT = Duration.ofSeconds(1);

    /** A directory that hangs must not take all of the time that a request has. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final int AGENTS = 10_000;

    private final Directory directory;
    private final GatewayMetrics metrics;
    private final World world;
    /** Guarded by itself; eldest first. */
    private final Map<String, Known> known = new LinkedHashMap<>();

    private final LookUps<String, Optional<Set<String>>> lookUps = new LookUps<>(PATIENCE);

    /** Who knows an agent's roles. */
    interface Directory {
        Set<String> roles(String agent) throws IOException;
    }

    /** @param roles nothing when the directory could not be asked */
    private record Known(Optional<Set<String>> roles, Instant until) {}

    Roles(Directory directory, GatewayMetrics metrics, World world) {
        this.directory = directory;
        this.metrics = metrics;
        this.world = world;
    }

    /** Nothing when nobody can say: then the agent has no role. */
    Optional<Set<String>> of(String agent) {
        var fresh = fresh(agent);
        return fresh.isPresent() ? fresh.get().roles() : asked(agent);
    }

    private Optional<Set<String>> asked(String agent) {
        try {
            var told = lookUps.ask(
                    agent, () -> fresh(agent).map(Known::roles).orElseGet(() -> remember(agent, ask(agent))));
            if (told.isEmpty()) {
                metrics.roleLookup("late");
            }
            return told.orElse(Optional.empty());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private Optional<Set<String>> ask(String agent) {
        try {
            var roles = directory.roles(agent);
            metrics.roleLookup(roles.isEmpty() ? "none" : "found");
            return Optional.of(roles);
        } catch (IOException e) {
            metrics.roleLookup("failed");
            LOG.warn("the directory can't be asked for a role: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Known> fresh(String agent) {
        synchronized (known) {
            return Optional.ofNullable(known.get(agent))
                    .filter(each -> world.now().isBefore(each.until()));
        }
    }

    private Optional<Set<String>> remember(String agent, Optional<Set<String>> roles) {
        var kept = roles.isPresent() ? KEPT : FAILURE_KEPT;
        synchronized (known) {
            known.remove(agent);
            known.put(agent, new Known(roles, world.now().plus(kept)));
            if (known.size() > AGENTS) {
                known.remove(known.keySet().iterator().next());
            }
        }
        return roles;
    }
}
