package io.probeline.testkit;

import java.time.Duration;

/** How one call to the contact centre goes wrong; a call counts against the quota whatever becomes of it. */
public sealed interface GenesysFault {
    /** Nothing is done, and this status is answered, without a body. */
    record Status(int status) implements GenesysFault {}

    /** Nothing is done, and this is answered: a proxy's page, say, or half a JSON object. */
    record Page(int status, String body) implements GenesysFault {}

    /** A 429 although the quota is not used up, or with a {@code Retry-After} that is wrong. */
    record RetryAfter(String value) implements GenesysFault {}

    /** The right thing at once, and its answer late. */
    record LateAnswer(Duration by) implements GenesysFault {}

    /** The right thing late: after a time-out on the other side, it is done all the same. */
    record LateWork(Duration by) implements GenesysFault {}

    /** Nothing is done, and nothing said for so long; then the connection is cut. */
    record Hang(Duration atMost) implements GenesysFault {}

    /** Nothing is done, and the connection is cut. */
    record Drop() implements GenesysFault {}

    /** The right thing, and its answer stops before its end. */
    record HalfAnswer() implements GenesysFault {}

    /** The right thing, and then it is answered as if this had happened. */
    record CommitThen(GenesysFault answer) implements GenesysFault {}
}
