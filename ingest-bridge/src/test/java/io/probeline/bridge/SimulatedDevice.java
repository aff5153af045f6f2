package io.probeline.bridge;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A device that runs what reaches it, at once, within the deadline, or not at all; and that may or may not get round to saying so. */
final class SimulatedDevice {
    private final Random random;
    private final Deque<String> answers = new ArrayDeque<>();
    private final Set<String> seen = new HashSet<>();
    private final Set<String> ran = new HashSet<>();

    /** When it begins what it did not begin at once. */
    private final Map<QueuedCommand, Moment> later = new HashMap<>();

    private Moment now = new Moment(0, java.time.Instant.EPOCH);
    private long starts = 1;
    private boolean started;

    SimulatedDevice(Random random) {
        this.random = random;
    }

    void passes(Moment time) {
        now = time;
        later.entrySet().removeIf(each -> {
            boolean due = !each.getValue().wall().isAfter(now.wall());
            if (due) {
                runs(each.getKey());
            }
            return due;
        });
    }

    void receives(QueuedCommand command, boolean arrives) {
        if (!arrives || random.nextInt(10) == 0 || !seen.add(command.commandId())) {
            return;
        }
        switch (random.nextInt(4)) {
            case 0 -> {}
            case 1 -> {
                long millis = random.nextLong(command.deadline().toMillis());
                later.put(command, new Moment(0, now.wall().plusMillis(millis)));
            }
            default -> runs(command);
        }
    }

    private void runs(QueuedCommand command) {
        ran.add(command.commandId());
        if (command.probe() != null) {
            starts++;
            started = true;
        }
        if (random.nextInt(3) > 0) {
            answers.add(command.commandId());
        }
    }

    /** What it says next: the id of a command that went well. */
    Optional<String> says() {
        return Optional.ofNullable(answers.poll());
    }

    long starts() {
        return starts;
    }

    /** Whether it has started anew, which takes its connection with it; once for each time. */
    boolean startsAnew() {
        boolean anew = started;
        started = false;
        return anew;
    }

    boolean ran(String commandId) {
        return ran.contains(commandId);
    }
}
