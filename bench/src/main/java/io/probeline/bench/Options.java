package io.probeline.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a measurement is told, as {@code --name value}. */
record Options(Map<String, String> given) {
    /** @throws IllegalArgumentException for what is no such option, with those that there are */
    static Options of(String[] args, String... known) {
        var usage = "options: "
                + String.join(
                        " N, ", Arrays.stream(known).map(name -> "--" + name).toList()) + " N";
        var given = new TreeMap<String, String>();
        for (int at = 0; at < args.length; at += 2) {
            var name = args[at].startsWith("--") ? args[at].substring(2) : "";
            if (!List.of(known).contains(name) || at + 1 == args.length) {
                throw new IllegalArgumentException(args[at] + " is unknown, or has no value; " + usage);
            }
            given.put(name, args[at + 1]);
        }
        return new Options(given);
    }

    /** Digits may be grouped by underscores. */
    long number(String name, long otherwise) {
        var text = given.get(name);
        if (text == null) {
            return otherwise;
        }
        long number = Long.parseLong(text.replace("_", ""));
        if (number < 1) {
            throw new IllegalArgumentException("--" + name + " must be above nothing");
        }
        return number;
    }

    /** The parts of a list between commas; none where it is left out. */
    List<String> list(String name) {
        var text = given.get(name);
        return text == null ? List.of() : List.of(text.split(",", -1));
    }
}
