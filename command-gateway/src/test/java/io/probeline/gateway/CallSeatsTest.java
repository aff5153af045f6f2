package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A channel holds so many calls and no more; what has no room is counted. */
class CallSeatsTest {
    private final CallSeats seats = new CallSeats(2, 2);

    @Test
    void theBoundBites() {
        assertEquals(List.of(Set.of("a", "b"), Set.of("c", "d")), seats.seat(List.of("a", "b", "c", "d", "e")));
        assertEquals(1, seats.without());
    }

    @Test
    void aCallStaysWhereItIsAndRoomIsUsedAgain() {
        seats.seat(List.of("a", "b", "c"));
        assertEquals(List.of(Set.of("b", "d"), Set.of("c")), seats.seat(List.of("b", "c", "d")));
        assertEquals(List.of(Set.of(), Set.of("c")), seats.seat(List.of("c")));
        assertEquals(0, seats.without());
    }
}
