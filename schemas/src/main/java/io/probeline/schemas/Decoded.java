package io.probeline.schemas;

/** What came of reading something from outside: the value, or why there is none. Bad input is data, not an exception. */
public sealed interface Decoded<T> {
    record Ok<T>(T value) implements Decoded<T> {}

    /** {@code reason} is a stable code, {@code detail} says it in words and carries no secret. */
    record Rejected<T>(String reason, String detail) implements Decoded<T> {}
}
