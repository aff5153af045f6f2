package io.probeline.gateway;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which channel tells the end of which call: each holds a number of them, and a call stays where it is as long as it lasts. */
final class CallSeats {
    private final int channels;
    private final int each;
    private final Map<String, Integer> seats = new HashMap<>();
    private int without;

    CallSeats(int channels, int each) {
        this.channels = channels;
        this.each = each;
    }

    /** The calls of each channel, when these are there; a call for which there is no room has none. */
    List<Set<String>> seat(Collection<String> calls) {
        seats.keySet().retainAll(new HashSet<>(calls));
        var rows = new ArrayList<Set<String>>();
        for (int i = 0; i < channels; i++) {
            rows.add(new HashSet<>());
        }
        seats.forEach((call, row) -> rows.get(row).add(call));
        without = 0;
        int row = 0;
        for (var call : calls) {
            while (row < channels && rows.get(row).size() >= each) {
                row++;
            }
            if (seats.containsKey(call)) {
                continue;
            }
            if (row == channels) {
                without++;
                continue;
            }
            seats.put(call, row);
            rows.get(row).add(call);
        }
        return rows;
    }

    /** How many calls there was no room for. */
    int without() {
        return without;
    }
}
