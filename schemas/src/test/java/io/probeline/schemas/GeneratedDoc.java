package io.probeline.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page under {@code docs} that is written from code: compared in every build, and written anew with {@code -Dprobeline.docs=write}. */
final class GeneratedDoc {
    private GeneratedDoc() {}

    static void check(String page, String text) throws IOException {
        var file = Path.of("..", "docs", page);
        if ("write".equals(System.getProperty("probeline.docs"))) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
        assertEquals(
                text, Files.exists(file) ? Files.readString(file) : "", file + " is out of date; see CONTRIBUTING.md");
    }
}
