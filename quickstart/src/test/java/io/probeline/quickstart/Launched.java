package io.probeline.quickstart;

import io.probeline.testkit.Await;
import io.probeline.testkit.DeviceBackend;
import io.probeline.testkit.GenesysServer;
import io.probeline.testkit.OidcServer;
import io.probeline.testkit.OwnershipServer;
import io.probeline.testkit.VaultServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program that runs as a process of its own, started as the README says, with what it has said so far. */
final class Launched implements AutoCloseable {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int MOST_WORDS = 12;
    private static final Duration ENDING = Duration.ofSeconds(12);

    private final String name;
    private final Process process;
    private final Thread outReader;
    private final Thread errReader;
    private final List<String> out = new CopyOnWriteArrayList<>();
    private final List<String> err = new CopyOnWriteArrayList<>();

    private Launched(String name, Process process) {
        this.name = name;
        this.process = process;
        outReader = collect(process.getInputStream(), out);
        errReader = collect(process.getErrorStream(), err);
    }

    /**
     * {@code bin/probeline} with these arguments; what Probeline itself may read from the environment is only what is given here. It hears
     * Ctrl-C, as in a terminal: where the tests themselves run in the background of a script, their children would ignore it.
     */
    static Launched probeline(Map<String, String> environment, String... arguments) {
        var launcher = ROOT.resolve("bin/probeline").toString();
        var command = Stream.concat(Stream.of("/usr/bin/env", "--default-signal=INT", launcher), Stream.of(arguments))
                .toList();
        return run(environment, command);
    }

    static Launched run(Map<String, String> environment, List<String> command) {
        var builder = new ProcessBuilder(command).directory(ROOT.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("KAFKA_") || name.endsWith("_PORT"));
        builder.environment().put("SKIP_BUILD", "true");
        builder.environment().putAll(environment);
        try {
            return new Launched(String.join(" ", command), builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How a process finds the outside parties. */
    static Map<String, String> outside(
            DeviceBackend backend,
            VaultServer vault,
            OwnershipServer register,
            OidcServer issuer,
            GenesysServer genesys) {
        return Map.of(
                "DEVICE_BACKEND_URL", backend.url(),
                "VAULT_ADDR", vault.url(),
                "VAULT_TOKEN", vault.token(),
                "OWNERSHIP_URL", register.url(),
                "OIDC_ISSUER", issuer.issuer(),
                "GENESYS_API_URL", genesys.url(),
                "GENESYS_LOGIN_URL", genesys.url(),
                "GENESYS_CLIENT_ID", "probeline",
                "GENESYS_CLIENT_SECRET", "genesys-secret",
                "GENESYS_ROLE_SCHEMA_ID", "diagnostics");
    }

    /** The rest of the first line on stdout that begins like this. */
    String awaitLine(String beginning, Duration limit) {
        Await.until(
                name + " says " + beginning,
                limit,
                () -> line(beginning).findFirst().isPresent() || !process.isAlive(),
                () -> String.join("\n", err));
        return line(beginning)
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        name + " ended with " + process.exitValue() + ":\n" + String.join("\n", err)))
                .substring(beginning.length());
    }

    /** What an ended program printed. */
    String printed() {
        return String.join("\n", out);
    }

    long pid() {
        return process.pid();
    }

    List<String> err() {
        return err;
    }

    /** The end of what it said. */
    String lastWords() {
        return name + ":\n" + String.join("\n", err.subList(Math.max(0, err.size() - MOST_WORDS), err.size()));
    }

    boolean alive() {
        return process.isAlive();
    }

    /** As Ctrl-C does. */
    void interrupt() {
        signal("INT");
    }

    /** As an init system does. */
    void terminate() {
        signal("TERM");
    }

    /** How long it took to end, and with which code; all that it said has been read by then. */
    record End(int code, Duration after) {}

    End awaitEnd(Duration limit) {
        long start = System.nanoTime();
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " did not end within " + limit + ":\n" + String.join("\n", err));
            }
            outReader.join();
            errReader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return new End(process.exitValue(), Duration.ofNanos(System.nanoTime() - start));
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            terminate();
            try {
                if (!process.waitFor(ENDING.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }

    private void signal(String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private Stream<String> line(String beginning) {
        return out.stream().filter(line -> line.startsWith(beginning));
    }

    /** On threads of the platform: a read from a pipe holds the thread that carries a virtual one, and two such reads hold them all here. */
    private static Thread collect(InputStream stream, List<String> lines) {
        return Thread.ofPlatform().daemon().start(() -> {
            try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException e) {
                lines.add("(its output ended: " + e.getMessage() + ")");
            }
        });
    }
}
