package io.probeline.schemas;

/** A diagnostic session within an interaction. Checked as {@link Ids} says. */
public record SessionId(String value) implements Comparable<SessionId> {
    public SessionId {
        Ids.check("SessionId", value);
    }

    @Override
    public int compareTo(SessionId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
