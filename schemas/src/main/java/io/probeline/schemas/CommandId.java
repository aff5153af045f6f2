package io.probeline.schemas;

/** One accepted command; it runs once, however often it is written. Checked as {@link Ids} says. */
public record CommandId(String value) implements Comparable<CommandId> {
    public CommandId {
        Ids.check("CommandId", value);
    }

    @Override
    public int compareTo(CommandId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
