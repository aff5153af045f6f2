package io.probeline.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateFiguresTest {
    @Test
    void twiceAsMuchOfEverythingForTwiceAsManyIsLinear() {
        var lines = StateFigures.report(List.of(figures(1_000, 1), figures(2_000, 2)));
        assertTrue(
                lines.stream().anyMatch(line -> squeezed(line).startsWith("x 2 1.00 1.00 1.00 1.00")), lines::toString);
    }

    @Test
    void oneIsDearerWhereTheWholeGrowsFaster() {
        var lines = StateFigures.report(List.of(figures(1_000, 1), figures(2_000, 3)));
        assertTrue(
                lines.stream().anyMatch(line -> squeezed(line).startsWith("x 2 1.50 1.50 1.50 1.50")), lines::toString);
    }

    @Test
    void figuresAreOfOneInteractionAndSecond() {
        var one = figures(1_000, 1);
        assertEquals(2_000, one.heapEach());
        assertEquals(5, one.putsEach());
        assertEquals(100, one.bytesEach());
        assertEquals(50, one.diskEach());
        assertEquals(500, one.restoreOfThousand());
    }

    private static StateFigures figures(int interactions, int times) {
        var held = new StateFigures.Held(
                2e6 * times,
                5e4 * times,
                1e6 * times,
                5e5 * times,
                Duration.ofSeconds(10),
                Duration.ZERO,
                Duration.ofSeconds(3));
        return new StateFigures(interactions, held, Duration.ofMillis(3_500), Duration.ofSeconds(12));
    }

    private static String squeezed(String line) {
        return line.strip().replaceAll(" +", " ");
    }
}
