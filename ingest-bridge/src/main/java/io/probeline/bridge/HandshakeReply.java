package io.probeline.bridge;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/** Collects the answer to the opening request until its headers are complete, within 16 KiB. */
final class HandshakeReply {
    static final int SWITCHING = 101;
    private static final int MOST = 16 * 1024;
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] END = {'\r', '\n', '\r', '\n'};
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: .*)?", Pattern.DOTALL);

    /** What has come so far. */
    sealed interface So {}

    /** Not all of it. */
    record Incomplete() implements So {}

    /** More than any backend has to say. */
    record TooLong() implements So {}

    /**
     * All of it, and perhaps the first frames too.
     *
     * @param status 0 where the status line is none
     */
    record Complete(int status, ByteBuffer bytes) implements So {}

    private final ByteArrayOutputStream collected = new ByteArrayOutputStream(0);

    So add(ByteBuffer in) {
        collected.write(in.array(), in.arrayOffset() + in.position(), in.remaining());
        in.position(in.limit());
        var bytes = collected.toByteArray();
        if (indexOf(END, bytes) < 0) {
            return bytes.length > MOST ? new TooLong() : new Incomplete();
        }
        var status = STATUS.matcher(new String(bytes, 0, indexOf(LINE_END, bytes), StandardCharsets.ISO_8859_1));
        collected.reset();
        return new Complete(status.matches() ? Integer.parseInt(status.group(1)) : 0, ByteBuffer.wrap(bytes));
    }

    private static int indexOf(byte[] mark, byte[] bytes) {
        for (int i = 0; i + mark.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + mark.length, mark, 0, mark.length)) {
                return i;
            }
        }
        return -1;
    }
}
