package io.probeline.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void readsNumbersAndLists() {
        var options = Options.of(new String[] {"--records", "3_000_000", "--only", "loop,flink"}, "records", "only");
        assertEquals(3_000_000, options.number("records", 1));
        assertEquals(List.of("loop", "flink"), options.list("only"));
    }

    @Test
    void whatIsLeftOutIsAsUsual() {
        var options = Options.of(new String[] {}, "records", "only");
        assertEquals(7, options.number("records", 7));
        assertEquals(List.of(), options.list("only"));
    }

    @Test
    void refusesWhatIsNoOption() {
        assertThrows(IllegalArgumentException.class, () -> Options.of(new String[] {"--record", "1"}, "records"));
        assertThrows(IllegalArgumentException.class, () -> Options.of(new String[] {"--records"}, "records"));
        var none = Options.of(new String[] {"--records", "0"}, "records");
        assertThrows(IllegalArgumentException.class, () -> none.number("records", 1));
    }
}
