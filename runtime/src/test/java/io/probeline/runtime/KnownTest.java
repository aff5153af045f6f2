package io.probeline.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class KnownTest {
    @Test
    void theDocumentIsTheTable() throws IOException {
        var rows = Known.table().stream()
                .map(setting -> "| `%s` | %s | %s | %s |\n"
                        .formatted(
                                setting.name() + (setting.secret() ? "` or `" + setting.name() + "_FILE" : ""),
                                setting.readers(),
                                setting.otherwise().isEmpty() ? "none" : "`" + setting.otherwise() + "`",
                                setting.about()))
                .collect(Collectors.joining());
        var text = """
                # Configuration

                Environment variables, or keys of the file that `PROBELINE_CONFIG` names. Written from `Known.java`; a test compares it. All problems are
                reported at once and end the start with exit code 2; an unknown `PROBELINE_…` variable or key of the file is one, with a suggestion. What is
                in force is logged at the start, secrets masked. Any other `KAFKA_…` is a setting of Kafka's clients, underscores as dots:
                `KAFKA_SECURITY_PROTOCOL` is `security.protocol`; its secrets come as files too (`KAFKA_SASL_JAAS_CONFIG_FILE`). Durations: `250ms`, `5s`, `15m`, `4h`, `1d`.

                Beside the settings: `LOG_LEVEL` (`info`), `LOG_LEVEL_KAFKA` (`warn`), and `JAVA_OPTS` for the JVM (a collector that it names takes the place of ours).

                | variable | read by | default | what |
                | --- | --- | --- | --- |
                """ + rows;
        var file = Path.of("..", "docs", "configuration.md");
        if ("write".equals(System.getProperty("probeline.docs"))) {
            Files.writeString(file, text);
        }
        assertEquals(
                text, Files.exists(file) ? Files.readString(file) : "", file + " is out of date; see CONTRIBUTING.md");
    }
}
