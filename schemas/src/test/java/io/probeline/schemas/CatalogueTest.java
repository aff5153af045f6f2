package io.probeline.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Catalogue catalogue = Catalogue.shipped();

    @Test
    void shipsTheContractsCommands() {
        assertEquals(5, catalogue.commands().size());
        assertEquals(Optional.empty(), catalogue.command("factory_reset"));
        var reboot = catalogue.command("reboot_module").orElseThrow();
        assertEquals(CommandSpec.Safety.ONCE, reboot.safety());
        assertEquals(CommandSpec.Risk.HIGH, reboot.risk());
        assertEquals(Optional.of("senior_tech"), reboot.role());
        assertEquals(Duration.ofSeconds(90), reboot.deadline(JSON.createObjectNode()));
        assertEquals("firmware_version", reboot.probe().orElseThrow().command());
    }

    @ParameterizedTest
    @CsvSource({"5s,20", "30s,45", "60s,75"})
    void theScansDeadlineIsItsDurationAndAQuarterMinute(String duration, long seconds) throws IOException {
        var scan = catalogue.command("channel_scan").orElseThrow();
        var params = assertInstanceOf(Decoded.Ok.class, scan.admit(object("{\"duration\":\"" + duration + "\"}")));
        assertEquals(Duration.ofSeconds(seconds), scan.deadline((ObjectNode) params.value()));
    }

    @Test
    void fillsDefaultsIn() throws IOException {
        var scan = catalogue.command("channel_scan").orElseThrow();
        assertEquals(new Decoded.Ok<>(object("{\"duration\":\"30s\"}")), scan.admit(object("{}")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"duration\":\"4s\"}",
                "{\"duration\":\"61s\"}",
                "{\"duration\":30}",
                "{\"other\":1}",
                "{\"duration\":null}"
            })
    void refusesParametersThatTheSchemaRefuses(String params) throws IOException {
        var scan = catalogue.command("channel_scan").orElseThrow();
        assertInstanceOf(Decoded.Rejected.class, scan.admit(object(params)));
    }

    @Test
    void refusesAFileWholeAndNamesTheLines(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("commands.yaml"), """
                version: 1
                commands:
                  blink:
                    title: Blink
                    description: The lamp blinks.
                    params: {type: object, properties: {}, additionalProperties: false}
                    safety: sometimes
                    risk: high
                    deadline: 10 seconds
                    waits: 1m
                """);
        var message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> Catalogue.read(file))
                .getMessage());
        assertTrue(message.contains(":7:"), message);
        assertTrue(message.contains(":9:"), message);
        assertTrue(message.contains("role"), message);
    }

    @Test
    void refusesTheSameKeyTwice(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("commands.yaml"), "version: 1\nversion: 1\ncommands: {}\n");
        var message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> Catalogue.read(file))
                .getMessage());
        assertTrue(message.contains("version"), message);
    }

    private static ObjectNode object(String json) throws IOException {
        return (ObjectNode) JSON.readTree(json);
    }
}
