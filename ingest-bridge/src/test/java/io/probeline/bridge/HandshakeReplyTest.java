package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The answer to the opening request, as servers write it. */
class HandshakeReplyTest {
    private static int status(String reply) {
        var so = new HandshakeReply().add(bytes(reply));
        return assertInstanceOf(HandshakeReply.Complete.class, so).status();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** RFC 9112, 4: the reason may be missing, and some leave out the space before it too. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 401\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 401\r\n\r\n",
                "HTTP/1.1 401 \r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.0 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 401 Zugang verwehrt \u2026\r\n\r\n"
            })
    void theStatusIsThatOfTheFirstLine(String reply) {
        assertEquals(401, status(reply));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-x\r\n\r\n",
                "HTTP/1.1 4010\r\n\r\n",
                "HTTP/2 401\r\n\r\n",
                "HTTP/1.1\r\nX: 401 No\r\n\r\n",
                "\r\nHTTP/1.1 401 No\r\n\r\n"
            })
    void whatIsNoStatusLineHasNone(String reply) {
        assertEquals(0, status(reply));
    }

    @Test
    void whatComesInPiecesIsOneAnswer() {
        var reply = new HandshakeReply();
        var text = "HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n";
        for (char c : text.substring(0, text.length() - 1).toCharArray()) {
            assertInstanceOf(HandshakeReply.Incomplete.class, reply.add(bytes(String.valueOf(c))));
        }
        assertEquals(
                404,
                assertInstanceOf(HandshakeReply.Complete.class, reply.add(bytes("\n")))
                        .status());
    }
}
