package io.probeline.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.runtime.Running.StartFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootFileTest {
    private static final Boots FIRST = new Boots(7, Instant.parse("2026-11-01T00:00:00Z"), Map.of());

    @TempDir
    private Path folder = Path.of("");

    @Test
    void keepsWhatItWasBegunWithAndWhatWasWrittenSince() throws IOException {
        var file = new BootFile(folder.resolve("appliances/washer-17.json"));
        assertEquals(FIRST, file.open(() -> FIRST));
        var again = FIRST.again("r1", Instant.parse("2026-11-22T10:00:00.5Z"));
        file.write(again);
        assertEquals(again, file.open(() -> FIRST));
        assertEquals(Map.of("r1", 8L), again.byCommand());
    }

    @Test
    void saysInOneLineThatAFileIsNoState() throws IOException {
        for (var text :
                List.of("", "{", "[]", "{\"bootCounter\":\"x\"}", "{\"bootCounter\":1,\"bootedAt\":\"never\"}")) {
            var file = folder.resolve("bad.json");
            Files.writeString(file, text);
            var failure = assertThrows(StartFailed.class, () -> new BootFile(file).open(() -> FIRST));
            assertTrue(String.valueOf(failure.getMessage()).contains("bad.json"), failure::toString);
        }
    }

    @Test
    void forgetsTheOldestRebootsFirst() {
        var boots = FIRST;
        for (int i = 0; i < 40; i++) {
            boots = boots.again("r" + i, FIRST.last());
        }
        assertEquals(47, boots.counter());
        assertEquals(32, boots.byCommand().size());
        assertEquals(47, boots.byCommand().get("r39"));
        assertTrue(!boots.byCommand().containsKey("r7") && boots.byCommand().containsKey("r8"));
    }
}
