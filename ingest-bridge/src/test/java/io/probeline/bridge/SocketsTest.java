package io.probeline.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How many devices one bridge holds, and what each costs; on demand:
 * {@code mvn -pl ingest-bridge -am test -Dtest=SocketsTest -Dprobeline.sockets=10000 -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@EnabledIfSystemProperty(named = "probeline.sockets", matches = "[0-9]+")
class SocketsTest {
    private static final int SECONDS = Integer.getInteger("probeline.seconds", 20);

    @ParameterizedTest
    @ValueSource(strings = {"ws", "wss"})
    void noneIsSkipped(String scheme, @TempDir Path folder) throws Exception {
        TestTls.context(folder, "dns:localhost");
        var server = java("128m", SocketsServer.class, scheme, folder.toString());
        try (var said = reader(server)) {
            var port = said.readLine().replaceAll("[^0-9]", "");
            var client = java(
                    "512m",
                    SocketsClient.class,
                    scheme,
                    port,
                    System.getProperty("probeline.sockets"),
                    "" + SECONDS,
                    "" + folder);
            try (var measured = reader(client)) {
                measured.lines().forEach(System.out::println);
            }
            assertEquals(0, client.waitFor());
            server.getOutputStream().write('\n');
            server.getOutputStream().flush();
            var counts = said.readLine();
            System.out.println(scheme + ": the backend has " + counts);
            assertEquals("0", counts.replaceAll(".* ", ""), "skipped");
        } finally {
            server.destroyForcibly();
        }
    }

    private static BufferedReader reader(Process process) {
        return process.inputReader(StandardCharsets.UTF_8);
    }

    /** With the options that bin/probeline gives a bridge. */
    private static Process java(String heap, Class<?> main, String... args) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx" + heap,
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
