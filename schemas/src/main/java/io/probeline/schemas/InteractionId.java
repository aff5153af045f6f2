package io.probeline.schemas;

/** The contact centre's conversation. Checked as {@link Ids} says. */
public record InteractionId(String value) implements Comparable<InteractionId> {
    public InteractionId {
        Ids.check("InteractionId", value);
    }

    @Override
    public int compareTo(InteractionId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
