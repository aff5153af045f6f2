package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Event ids: what a reader gives back is where it goes on. */
class CursorTest {
    @Test
    void comesBackAsItWent() {
        var cursor =
                Cursor.start("S1").past(Feed.AUDIT, 11).past(Feed.AGGREGATES, 0).past(Feed.RECEIPTS, 345);
        assertEquals("S1~a12.g1.r346", cursor.toString());
        assertEquals(Optional.of(cursor), Cursor.parse(cursor.toString()));
        assertEquals(
                Optional.of(Cursor.start("S1")), Cursor.parse(Cursor.start("S1").toString()));
    }

    @Test
    void neverGoesBack() {
        var cursor = Cursor.start("S1").past(Feed.AUDIT, 11);
        assertEquals(cursor, cursor.past(Feed.AUDIT, 3));
        assertEquals(12, cursor.next(Feed.AUDIT));
        assertEquals(0, cursor.next(Feed.ALERTS));
    }

    @Test
    void eventsThatMoveNoPlaceHaveIdsOfTheirOwn() {
        var cursor = Cursor.start("S1").past(Feed.AUDIT, 11);
        assertEquals("S1~a12~1", cursor.oneMore().toString());
        assertEquals("S1~a12~2", cursor.oneMore().oneMore().toString());
        assertEquals("S1~a13", cursor.oneMore().past(Feed.AUDIT, 12).toString());
        assertEquals(
                Optional.of("S1~a12~8"),
                Cursor.parse("S1~a12~7").map(Cursor::oneMore).map(Cursor::toString));
    }

    @Test
    void takesNothingElse() {
        for (var id : List.of(
                "",
                "~",
                "S1",
                "~a1",
                "S1~a",
                "S1~x1",
                "S1~a1.",
                "S1~a-1",
                "S 1~a1",
                "S1~a1234567890123456789",
                "S1~a1~b",
                "S1~a1~",
                "S1~a1~1~1")) {
            assertTrue(Cursor.parse(id).isEmpty(), id);
        }
        assertTrue(Cursor.parse("S1~" + "a1.".repeat(300)).isEmpty());
    }
}
