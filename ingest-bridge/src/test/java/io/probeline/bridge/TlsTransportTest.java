package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

class TlsTransportTest {
    /** A dial that times out while the backend does not even accept: it once ended the whole bridge. */
    @Test
    void oneThatNeverConnectedIsClosedWithoutAWord() throws Exception {
        try (var socket = SocketChannel.open()) {
            socket.configureBlocking(false);
            var engine = SSLContext.getDefault().createSSLEngine("localhost", 1);
            engine.setUseClientMode(true);
            var transport = new TlsTransport(socket, engine, new TlsTransport.Scratch(), Runnable::run, () -> {});
            assertDoesNotThrow(transport::close);
            assertFalse(transport.pending());
        }
    }
}
