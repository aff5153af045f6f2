package io.probeline.quickstart;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each seeded fault still fits the bridge's source: told here within seconds, not at the end of the proofs. */
class SeededFaultTest {
    @ParameterizedTest
    @EnumSource
    void fitsTheSourceAndCompiles(SeededFault fault, @TempDir Path folder) throws IOException {
        try (var classes = Files.walk(fault.compile(folder))) {
            assertTrue(classes.anyMatch(each -> each.toString().endsWith(".class")));
        }
    }
}
