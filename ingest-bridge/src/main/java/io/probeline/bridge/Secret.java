package io.probeline.bridge;

/** A device's secret, or the bridge's own for the vault. It shows itself only to who asks for its value. */
public record Secret(String value) {
    /** Visible ASCII alone: anything else in a header would say something to the backend that the vault did not mean. */
    static boolean usable(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    @Override
    public String toString() {
        return "********";
    }
}
