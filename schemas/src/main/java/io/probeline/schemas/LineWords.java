package io.probeline.schemas;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes words from outside fit to be said: no control or direction characters, no secrets, an end to their length. */
final class LineWords {
    /** Names, lower case and without punctuation, that mark what is never said. */
    private static final List<String> SECRETS = List.of(
            "secret",
            "token",
            "password",
            "passwd",
            "passphrase",
            "key",
            "authorization",
            "credential",
            "cookie",
            "bearer");

    private static final Pattern UNSPEAKABLE =
            Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}\\u2028\\u2029]+");
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern BEARER =
            Pattern.compile("(?i)\\b(?:bearer|basic)\\s+[A-Za-z0-9._~+/=-]{6,}|\\beyJ[A-Za-z0-9_-]{8,}[A-Za-z0-9._-]*");

    private static final Pattern CAMEL = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");
    private static final int LONGEST_NAME = 40;

    private final List<String> secrets;
    private final Pattern assigned;

    LineWords(List<String> more) {
        secrets = Stream.concat(SECRETS.stream(), more.stream()).distinct().toList();
        assigned = Pattern.compile(
                "(?i)\\b[\\w.-]*(?:" + String.join("|", secrets) + ")[\\w.-]*[\"']?\\s*(?:[:=]|\\bis\\b)\\s*"
                        + "(?:\"[^\"]*\"?|'[^']*'?|(?:bearer\\s+|basic\\s+)?[^\\s,;]+)");
    }

    /** Whether what this field holds must not be said. */
    boolean secret(String field) {
        var plain = field.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        return secrets.stream().anyMatch(plain::contains);
    }

    /** @param most characters, the mark of what was cut off included */
    String said(String text, int most) {
        // Longer than this is never looked at: patterns over a megabyte would hold the caller up.
        var head = text.length() > 4 * most ? cut(text, 4 * most) : text;
        var speakable = SPACE.matcher(UNSPEAKABLE.matcher(head).replaceAll(" ")).replaceAll(" ");
        var safe = BEARER.matcher(assigned.matcher(speakable).replaceAll("[hidden]"))
                .replaceAll("[hidden]");
        return cut(safe.strip(), most);
    }

    /** {@code bootCounter} and {@code boot_counter} are said {@code Boot counter}. */
    String title(String name) {
        var spaced = said(CAMEL.matcher(name).replaceAll(" ").replaceAll("[_.-]+", " "), LONGEST_NAME);
        return spaced.isEmpty()
                ? "?"
                : spaced.substring(0, 1).toUpperCase(Locale.ROOT)
                        + spaced.substring(1).toLowerCase(Locale.ROOT);
    }

    /** Never cuts a character in two. */
    static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = most - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }
}
