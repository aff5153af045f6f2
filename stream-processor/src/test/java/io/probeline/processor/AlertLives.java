package io.probeline.processor;

import io.probeline.record.Alert;
import io.probeline.record.AlertState;
import io.probeline.record.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Judges a session's alerts by the records alone: each is raised once and cleared once, and one metric has one at a time. */
final class AlertLives {
    private final Map<String, Alert> standing = new HashMap<>();
    private final Set<String> over = new HashSet<>();
    private final List<Alert> rises = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    private AlertLives() {}

    /** What is wrong with them, in words; nothing where all is well. */
    static List<String> faults(List<Alert> alerts, boolean ended) {
        var lives = new AlertLives();
        alerts.forEach(lives::accept);
        if (ended) {
            lives.standing.values().forEach(alert -> lives.fault(alert, "stands after the end"));
        }
        return lives.faults;
    }

    /** The most times that a level went up within that time. */
    static int mostRises(List<Alert> alerts, Duration within) {
        var lives = new AlertLives();
        alerts.forEach(lives::accept);
        int most = 0;
        for (int first = 0; first < lives.rises.size(); first++) {
            var end = lives.rises.get(first).getAt().plus(within);
            int count = 0;
            for (var rise : lives.rises.subList(first, lives.rises.size())) {
                count += rise.getAt().isBefore(end) ? 1 : 0;
            }
            most = Math.max(most, count);
        }
        return most;
    }

    private void accept(Alert alert) {
        var before = standing.get(alert.getMetric());
        if (over.contains(alert.getAlertId())) {
            fault(alert, "was over already");
        } else if (before != null && !before.getAlertId().equals(alert.getAlertId())) {
            fault(alert, "comes while another of the metric stands");
        } else if (alert.getState() == AlertState.CLEARED) {
            clear(alert, before);
        } else {
            raise(alert, before);
        }
    }

    private void raise(Alert alert, @Nullable Alert before) {
        if (alert.getLevel() == Level.OK || (before != null && before.getLevel() == alert.getLevel())) {
            fault(alert, "is raised without a change of level");
        }
        if (before == null || alert.getLevel().compareTo(before.getLevel()) > 0) {
            rises.add(alert);
        }
        standing.put(alert.getMetric(), alert);
    }

    private void clear(Alert alert, @Nullable Alert before) {
        if (before == null) {
            fault(alert, "is cleared and was not raised");
        }
        standing.remove(alert.getMetric());
        over.add(alert.getAlertId());
    }

    private void fault(Alert alert, String what) {
        faults.add(alert.getMetric() + " " + alert.getAlertId() + " at " + alert.getAt() + " " + what);
    }
}
