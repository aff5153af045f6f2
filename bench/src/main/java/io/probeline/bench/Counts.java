package io.probeline.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a service has counted so far: the page that Prometheus reads, each series by its name and labels as they stand there. */
record Counts(Map<String, Double> series) {
    static Counts of(String page) {
        return new Counts(page.lines()
                .filter(line -> !line.startsWith("#") && line.indexOf(' ') > 0)
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.lastIndexOf(' ')),
                        line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)),
                        (first, _) -> first)));
    }

    /** What has come since then, over all labels that begin so. */
    double since(Counts before, String beginning) {
        return sum(beginning) - before.sum(beginning);
    }

    /** What has come since then of each series that begins so, by its labels; those that stand still are left out. */
    Map<String, Double> eachSince(Counts before, String beginning) {
        var grown = new TreeMap<String, Double>();
        series.forEach((name, value) -> {
            double more = value - before.series.getOrDefault(name, 0.0);
            if (name.startsWith(beginning) && more != 0) {
                grown.put(name.substring(beginning.length()), more);
            }
        });
        return grown;
    }

    /** The mean since then of a timer, in milliseconds; not a number where there was nothing to time. */
    double meanSince(Counts before, String timer, String labels) {
        return since(before, timer + "_seconds_sum" + labels) / since(before, timer + "_seconds_count" + labels) * 1e3;
    }

    private double sum(String beginning) {
        return series.entrySet().stream()
                .filter(each -> each.getKey().startsWith(beginning))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }
}
