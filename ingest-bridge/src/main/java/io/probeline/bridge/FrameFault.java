package io.probeline.bridge;

/** Why a device's frame was refused: a stable code for the dead letter, and the same in words. */
record FrameFault(String reason, String detail) {
    static final String NOT_JSON = "not_json";
    static final String UNKNOWN_TYPE = "unknown_type";
    static final String MISSING_FIELD = "missing_field";
    static final String MISTYPED_FIELD = "mistyped_field";
    static final String NON_FINITE = "non_finite";
    static final String OUT_OF_RANGE = "out_of_range";
    static final String BINARY = "binary_frame";
    static final String OVERSIZED = "oversized_frame";

    /** The words may quote the device: they are cut. */
    private static final int LONGEST_DETAIL = 200;

    FrameFault {
        detail = detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL);
    }
}
