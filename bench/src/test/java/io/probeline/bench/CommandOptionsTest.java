package io.probeline.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandOptionsTest {
    @Test
    void asksForTheGoalsLoadWhereNothingIsSaid() {
        assertEquals(new CommandOptions(1_000, 200, Duration.ofSeconds(30), 3), CommandOptions.of());
    }

    @Test
    void takesWhatIsSaid() {
        assertEquals(
                new CommandOptions(10, 5, Duration.ofSeconds(20), 1),
                CommandOptions.of("--rate", "5", "--sessions", "10", "--seconds", "20", "--rounds", "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--rate", "--rate 0", "--rate x", "--rate -1", "--speed 1", "200", "--rate 12345678"})
    void refusesWhatItDoesNotKnow(String options) {
        assertThrows(IllegalArgumentException.class, () -> CommandOptions.of(options.split(" ", -1)));
    }
}
