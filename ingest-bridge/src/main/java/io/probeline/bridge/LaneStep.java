package io.probeline.bridge;

/** What a command goes through in its lane, in this order: between any two of them its bridge may die. */
enum LaneStep {
    /** Read from its topic. */
    READ,
    /** Of some only: what will tell later whether it ran is about to be asked of the device. Nothing is durable between this and READ. */
    PROBE_ASKED,
    /** Its intent is about to be committed. */
    INTENT_ASKED,
    /** Kafka has its intent; it is about to be written to the socket. */
    INTENT_COMMITTED,
    /** Handed to the socket. */
    WRITTEN,
    ACKNOWLEDGED,
    /** The device's result has come. */
    ANSWERED,
    /** Its outcome is about to be written. */
    OUTCOME_ASKED,
    /** Kafka has its outcome; its place is about to move on. */
    OUTCOME_DURABLE,
    /** Its place has moved on. */
    PLACE_COMMITTED
}
