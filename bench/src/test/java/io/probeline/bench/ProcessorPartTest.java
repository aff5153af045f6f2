package io.probeline.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcessorPartTest {
    /** What is measured is what ships. */
    @Test
    void itsCompilersAreToldWhatTheLauncherTellsThem() throws IOException {
        var launcher = Files.readString(Path.of("..", "bin", "probeline"));
        assertTrue(launcher.contains('"' + String.join(" ", ProcessorPart.COMPILERS) + '"'));
    }
}
