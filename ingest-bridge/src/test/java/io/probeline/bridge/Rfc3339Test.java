package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The quick reading of times agrees with the JDK's, on what is a time and on what is none. */
class Rfc3339Test {
    private static final String SIGNS = "0123456789-:.TZtz+ ";

    private static String read(Function<String, Instant> parser, String text) {
        try {
            return parser.apply(text).toString();
        } catch (DateTimeException e) {
            return "none";
        }
    }

    private static void agree(String text, String hint) {
        assertEquals(
                read(t -> Instant.parse(t.toUpperCase(Locale.ROOT)), text), read(Rfc3339::parse, text), text + hint);
    }

    @Test
    void agreesWithTheJdk() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            var time = Instant.ofEpochSecond(
                    random.nextLong(-62_000_000_000L, 253_000_000_000L), random.nextInt(1_000_000_000));
            var text = time.toString();
            agree(text, ", seed " + seed);
            var changed = new StringBuilder(text);
            for (int n = 1 + random.nextInt(2); n > 0; n--) {
                changed.setCharAt(random.nextInt(text.length()), SIGNS.charAt(random.nextInt(SIGNS.length())));
            }
            agree(changed.toString(), ", seed " + seed);
            agree(text.substring(0, random.nextInt(text.length())) + "Z", ", seed " + seed);
        }
    }

    @Test
    void agreesOnTheOddOnes() {
        for (var text : new String[] {
            "2026-11-22T10:15:30Z",
            "2026-11-22T10:15:30.Z",
            "2026-11-22T10:15:30.1234567891Z",
            "2026-11-22T10:15:30,5Z",
            "2026-02-29T10:15:30Z",
            "2024-02-29T10:15:30Z",
            "2026-04-31T10:15:30Z",
            "2026-12-31T23:59:60Z",
            "2026-12-31T24:00:00Z",
            "0000-01-01T00:00:00Z",
            "+12026-01-01T00:00:00Z",
            "2026-11-22T10:15Z",
            "2026-11-22T10:15:30+02:00",
            "2026-1\u0661-22T10:15:30Z",
            ""
        }) {
            agree(text, "");
        }
    }
}
