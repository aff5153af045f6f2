package io.probeline.bridge;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Times as RFC 3339 writes them. The form that devices use, {@code 2026-11-22T10:15:30.123Z}, is read by hand, since every frame has
 * one and the JDK's parser costs as much as the rest of the frame; anything else is left to the JDK.
 */
final class Rfc3339 {
    private static final int SHORTEST = 20;
    private static final int DOT = 19;
    private static final int MOST_DIGITS = 9;
    private static final long SECONDS_A_DAY = 86_400;

    private Rfc3339() {}

    /** @throws DateTimeException when it is none */
    static Instant parse(String text) {
        var quick = usual(text);
        // RFC 3339 allows a lower-case t and z, the JDK does not.
        return quick != null ? quick : Instant.parse(text.toUpperCase(Locale.ROOT));
    }

    private static @Nullable Instant usual(String text) {
        int length = text.length();
        if (length < SHORTEST || text.charAt(length - 1) != 'Z' || !separated(text)) {
            return null;
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, DOT);
        int nanos = nanos(text, length - 1);
        // What is out of its range, a leap second included, is the JDK's to judge.
        boolean date = year > 0
                && month > 0
                && month <= 12
                && YearMonth.of(year, month).isValidDay(day);
        if (!date || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || nanos < 0) {
            return null;
        }
        long days = LocalDate.of(year, month, day).toEpochDay();
        return Instant.ofEpochSecond(days * SECONDS_A_DAY + hour * 3_600L + minute * 60L + second, nanos);
    }

    private static boolean separated(String text) {
        return text.charAt(4) == '-'
                && text.charAt(7) == '-'
                && text.charAt(10) == 'T'
                && text.charAt(13) == ':'
                && text.charAt(16) == ':';
    }

    /** The fraction between the seconds and {@code end}; -1 when it is none. */
    private static int nanos(String text, int end) {
        if (end == DOT) {
            return 0;
        }
        int digits = end - DOT - 1;
        if (text.charAt(DOT) != '.' || digits < 1 || digits > MOST_DIGITS) {
            return -1;
        }
        int fraction = number(text, DOT + 1, end);
        for (int i = digits; i < MOST_DIGITS && fraction > 0; i++) {
            fraction *= 10;
        }
        return fraction;
    }

    /** -1 when it is none. */
    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
