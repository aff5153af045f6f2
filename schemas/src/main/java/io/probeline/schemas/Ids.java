package io.probeline.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** What an id looks like (HTTP API, {@code malformed}), and how ids are derived so that a repeated request gives the same ones. */
public final class Ids {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final char[] CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();

    private Ids() {}

    public static boolean valid(String id) {
        return FORM.matcher(id).matches();
    }

    static void check(String kind, String id) {
        if (!valid(id)) {
            throw new IllegalArgumentException(kind + " must match " + FORM.pattern());
        }
    }

    /** The same parts give the same id, on every instance: 26 characters that fit every id's form. */
    public static String derived(String... parts) {
        var digest = sha256();
        for (var part : parts) {
            var bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
            digest.update(bytes);
        }
        return crockford(digest.digest());
    }

    /** SHA-256 in lower-case hex. */
    public static String hash(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    private static String crockford(byte[] bits) {
        var text = new StringBuilder(26);
        long window = 0;
        int held = 0;
        for (int i = 0; text.length() < 26; ) {
            while (held < 5) {
                window = (window << 8) | (bits[i++] & 0xff);
                held += 8;
            }
            held -= 5;
            text.append(CROCKFORD[(int) (window >>> held) & 31]);
        }
        return text.toString();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
