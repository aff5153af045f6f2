package io.probeline.processor;

/** Which windows are said in the transcript. */
public enum TranscriptPolicy {
    /** The first with data, and those in which an alert is raised, changes its level or is cleared. */
    ON_BREACH("on-breach"),
    /** Each; every aggregate window is covered by exactly one line. */
    EVERY_WINDOW("every-window");

    private final String setting;

    TranscriptPolicy(String setting) {
        this.setting = setting;
    }

    /** As it stands in {@code TRANSCRIPT_POLICY}. */
    public String setting() {
        return setting;
    }

    static TranscriptPolicy of(String setting) {
        return setting.equals(EVERY_WINDOW.setting) ? EVERY_WINDOW : ON_BREACH;
    }
}
