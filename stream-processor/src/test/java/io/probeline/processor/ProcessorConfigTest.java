package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.runtime.KafkaSettings;
import io.probeline.runtime.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The settings of the contract, and every problem with them at once. */
class ProcessorConfigTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void defaultsAreThoseOfTheContract() {
        var settings = Settings.of(
                Map.of("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092", "SCHEMA_REGISTRY_URL", "http://127.0.0.1:8081"));
        var config = ProcessorConfig.from(settings);
        settings.check();
        assertEquals(TranscriptPolicy.ON_BREACH, config.transcriptPolicy());
        assertEquals(Duration.ofHours(4), config.sessionMaxAge());
        assertEquals(Duration.ofMinutes(15), config.sessionIdle());
        assertEquals(9_400, config.adminPort());
        assertTrue(config.metricRules().isEmpty());
    }

    @Test
    void everyProblemIsToldAtOnce() throws IOException {
        var rules = Files.writeString(folder.resolve("rules.yaml"), "version: 1\nframesPerSecond: fast\n");
        var settings = Settings.of(Map.of(
                "TRANSCRIPT_POLICY", "sometimes",
                "SESSION_IDLE", "soon",
                "METRIC_RULES", rules.toString(),
                "ADMIN_PORT", "70000"));
        ProcessorConfig.from(settings);
        var problems = assertThrows(Settings.Invalid.class, settings::check).problems();
        for (var name : new String[] {
            "KAFKA_BOOTSTRAP_SERVERS",
            "SCHEMA_REGISTRY_URL",
            "TRANSCRIPT_POLICY",
            "SESSION_IDLE",
            "ADMIN_PORT",
            "METRIC_RULES: " + rules + ":2"
        }) {
            assertTrue(
                    problems.stream().anyMatch(problem -> problem.startsWith(name)),
                    () -> name + " is not in " + problems);
        }
    }

    @Test
    void whatTheOperatorSetsForKafkaWins() {
        var kafka = new KafkaSettings(
                Map.of("bootstrap.servers", "127.0.0.1:1", "session.timeout.ms", "3000", "num.stream.threads", "5"));
        var settings = StreamsSettings.of(Job.WINDOWS, kafka, 3);
        assertEquals("3000", settings.get("session.timeout.ms"));
        assertEquals("5", settings.get("num.stream.threads"));
    }

    @ParameterizedTest
    @EnumSource(Job.class)
    void exactlyOnceAndAStandbyWhereThereIsMoreThanOneBroker(Job job) {
        var kafka = KafkaSettings.at("127.0.0.1:1");
        var settings = StreamsSettings.of(job, kafka, 3);
        assertEquals("exactly_once_v2", settings.get("processing.guarantee"));
        assertEquals(1, settings.get("num.standby.replicas"));
        assertEquals(3, settings.get("replication.factor"));
        assertEquals(job.id(), settings.get("application.id"));
        assertEquals(0, StreamsSettings.of(job, kafka, 1).get("num.standby.replicas"));
    }

    /** Both names stand in front of topics and groups that hold state: another one would begin without it. */
    @Test
    void idsOfTheJobsStandForTheirState() {
        assertEquals("probeline.stream-processor.sessions", Job.SESSIONS.id());
        assertEquals("probeline.stream-processor", Job.WINDOWS.id());
    }
}
