package io.probeline.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;

/** Numbers and times as they are read aloud, in the file's language. */
final class LineNumbers {
    private final String decimalMark;
    private final LineTemplate hours;
    private final LineTemplate minutes;
    private final LineTemplate seconds;

    LineNumbers(JsonNode file) {
        decimalMark = file.path("decimalMark").asText();
        var time = file.path("time");
        hours = LineTemplate.of("time.hours", time.path("hours").asText(), "n");
        minutes = LineTemplate.of("time.minutes", time.path("minutes").asText(), "n");
        seconds = LineTemplate.of("time.seconds", time.path("seconds").asText(), "n");
    }

    /** Exactly so many decimals; nothing is ever minus zero. */
    String rounded(double value, int decimals) {
        return shown(BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP));
    }

    /** At most two decimals, for what nobody gave a form. */
    String plain(BigDecimal value) {
        if (value.precision() - value.scale() > 18 || value.scale() > 400) {
            return value.round(new java.math.MathContext(4)).toString();
        }
        var rounded = value.setScale(Math.clamp(value.scale(), 0, 2), RoundingMode.HALF_UP);
        return shown(rounded.signum() == 0 ? BigDecimal.ZERO : rounded.stripTrailingZeros());
    }

    /** The two largest units that matter: {@code 2 h 5 min}, {@code 3 min 20 s}, {@code 25 s}. */
    String time(Duration duration) {
        var words = new ArrayList<String>();
        if (duration.toHours() > 0) {
            words.add(hours.fill(n(duration.toHours())));
        }
        if (duration.toMinutesPart() > 0) {
            words.add(minutes.fill(n(duration.toMinutesPart())));
        }
        if (words.isEmpty() || (duration.toHours() == 0 && duration.toSecondsPart() > 0)) {
            words.add(seconds.fill(n(duration.toSecondsPart())));
        }
        return String.join(" ", words);
    }

    private static Map<String, String> n(long number) {
        return Map.of("n", Long.toString(number));
    }

    private String shown(BigDecimal number) {
        return number.toPlainString().replace(".", decimalMark);
    }
}
