package io.probeline.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "ä", " ", "a b"})
    void refusesWhatIsNoId(String text) {
        assertThrows(IllegalArgumentException.class, () -> new DeviceId(text));
    }

    @Test
    void refusesALongOne() {
        assertThrows(IllegalArgumentException.class, () -> new DeviceId("x".repeat(129)));
        assertEquals("x".repeat(128), new DeviceId("x".repeat(128)).value());
    }

    @Test
    void derivesTheSameFromTheSameAndOtherFromOther() {
        assertEquals(Ids.derived("a", "b"), Ids.derived("a", "b"));
        assertNotEquals(Ids.derived("ab", ""), Ids.derived("a", "b"));
        assertTrue(Ids.valid(Ids.derived("a", "b")));
        assertEquals(26, Ids.derived("a").length());
    }
}
