package io.probeline.quickstart;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Programs of others that a test needs. Where one is missing the test is skipped with one loud line; in CI it fails. */
final class Parts {
    private Parts() {}

    static Path program(String name, String install) {
        var found = Stream.of(System.getenv().getOrDefault("PATH", "/usr/bin").split(":"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        return found.orElseGet(() -> missing(name, install));
    }

    static Path folder(Path folder, String install) {
        return Files.isDirectory(folder) ? folder : missing(folder.toString(), install);
    }

    private static Path missing(String what, String install) {
        var line = "SKIPPED, because " + what + " is missing here: " + install;
        if (Boolean.parseBoolean(System.getenv("REQUIRE_PARTS"))) {
            return fail(line);
        }
        System.err.println(line);
        return abort(line);
    }
}
