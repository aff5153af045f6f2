package io.probeline.schemas;

/** The appliance. Checked as {@link Ids} says. */
public record DeviceId(String value) implements Comparable<DeviceId> {
    public DeviceId {
        Ids.check("DeviceId", value);
    }

    @Override
    public int compareTo(DeviceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
