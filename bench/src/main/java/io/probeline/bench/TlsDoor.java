package io.probeline.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * TLS in front of the devices' backend, as a maker's load balancer has it: what comes decrypted goes on to the backend, and back. Each connection takes two
 * files, and a process may have twenty thousand here, so two such processes listen on one port.
 */
final class TlsDoor {
    private static final String PASSWORD = "changeit";
    private static final int BACKLOG = 4_096;
    private static final int CHUNK = 2_048;
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final int backend;
    private final ExecutorService pumps = Executors.newVirtualThreadPerTaskExecutor();

    private TlsDoor(int backend) {
        this.backend = backend;
    }

    /** The file of a new certificate for {@code localhost} and its key, made by the JDK's own tool. */
    static Path certificate(Path folder) throws IOException, InterruptedException {
        var store = folder.resolve("door.p12");
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var making = new ProcessBuilder(List.of(
                        keytool,
                        "-genkeypair",
                        "-alias",
                        "door",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD))
                .redirectErrorStream(true)
                .start();
        var said = new String(making.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (making.waitFor() != 0) {
            throw new IOException("keytool: " + said);
        }
        return store;
    }

    /** By which a process trusts that certificate and no other. */
    static Map<String, String> trusting(Path certificate) {
        return Map.of(
                "JDK_JAVA_OPTIONS",
                "-Djavax.net.ssl.trustStore=" + certificate + " -Djavax.net.ssl.trustStorePassword=" + PASSWORD);
    }

    /** The backend's port, the port to listen on or 0, and the file of the certificate. */
    public static void main(String[] args) throws Exception {
        var door = new TlsDoor(Integer.parseInt(args[0]));
        try (var server = listen(Integer.parseInt(args[1]), Path.of(args[2]))) {
            System.out.println("port " + server.getLocalPort());
            while (true) {
                var socket = (SSLSocket) server.accept();
                door.pumps.execute(() -> door.open(socket));
            }
        }
    }

    private static SSLServerSocket listen(int port, Path certificate) throws IOException, GeneralSecurityException {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(certificate.toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        var server = (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
        server.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        server.bind(new InetSocketAddress(LOOPBACK, port), BACKLOG);
        return server;
    }

    private void open(SSLSocket outside) {
        try (outside;
                var inside = new Socket(LOOPBACK, backend)) {
            outside.setTcpNoDelay(true);
            inside.setTcpNoDelay(true);
            var back = pumps.submit(() -> {
                try (outside;
                        inside) {
                    pump(inside.getInputStream(), outside.getOutputStream());
                }
                return true;
            });
            pump(outside.getInputStream(), inside.getOutputStream());
            back.cancel(true);
        } catch (IOException e) {
            System.out.println("a connection has ended: " + e);
        }
    }

    private static void pump(InputStream from, OutputStream to) throws IOException {
        var chunk = new byte[CHUNK];
        for (int read = from.read(chunk); read >= 0; read = from.read(chunk)) {
            to.write(chunk, 0, read);
        }
    }
}
