package io.probeline.schemas;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** A text with names in braces, checked when it is read, so that no line ever shows a brace to an agent. */
record LineTemplate(String text) {
    private static final Pattern NAME = Pattern.compile("\\{([A-Za-z]*)}");

    /** @throws IllegalArgumentException naming the place in the file, and what it may use */
    static LineTemplate of(String where, String text, String... names) {
        var allowed = Set.of(names);
        NAME.matcher(text)
                .results()
                .map(match -> match.group(1))
                .filter(name -> !allowed.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException(
                            where + ": {" + name + "} is unknown here; it may use " + new java.util.TreeSet<>(allowed));
                });
        return new LineTemplate(text);
    }

    /** What is filled in is not looked at again, so a value with braces in it stays as it is. */
    String fill(Map<String, String> values) {
        return NAME.matcher(text)
                .replaceAll(match ->
                        java.util.regex.Matcher.quoteReplacement(values.getOrDefault(match.group(1), match.group())));
    }
}
