package io.probeline.bridge;

/** Close codes of RFC 6455 and of the device protocol. */
final class CloseCodes {
    static final int NORMAL = 1000;
    static final int GOING_AWAY = 1001;
    static final int POLICY = 1008;

    /** From here on applications and libraries choose their own. */
    static final int PRIVATE = 3000;

    static final int UNAUTHORIZED = 4001;
    static final int UNKNOWN = 4004;
    static final int REPLACED = 4009;

    private CloseCodes() {}
}
