package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read back of an intent. */
class CommittedPlaceTest {
    @Test
    void whatIsWrittenIsReadBack() {
        for (var place : new CommittedPlace[] {new CommittedPlace(0, 0), new CommittedPlace(7, 3)}) {
            assertEquals(place, CommittedPlace.of(place.place(), place.metadata()));
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 0", "something else, 0", "sent:2, 2", "sent:, 1", "sent:x, 1", "sent:0, 1", "sent:-4, 1"})
    void whatLooksLikeAnIntentIsTakenForOne(String metadata, int attempt) {
        assertEquals(new CommittedPlace(5, attempt), CommittedPlace.of(5, metadata));
    }
}
