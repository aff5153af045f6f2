package io.probeline.bench;

/** What a contender promises of its windows when it is killed. */
enum Guarantee {
    EXACTLY_ONCE("exactly-once", "exactly_once_v2"),
    AT_LEAST_ONCE("at-least-once", "at_least_once"),
    NONE("none", "");

    private final String words;
    private final String setting;

    Guarantee(String words, String setting) {
        this.words = words;
        this.setting = setting;
    }

    String words() {
        return words;
    }

    /** As Kafka Streams says it in {@code processing.guarantee}. */
    String setting() {
        return setting;
    }
}
