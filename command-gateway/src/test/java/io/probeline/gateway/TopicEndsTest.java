package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.gateway.TopicEnds.Unanswered;
import io.probeline.runtime.World;
import io.probeline.schemas.TopicSetup;
import io.probeline.schemas.Topics;
import io.probeline.testkit.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics of which the broker that is asked does not know yet, as right after they were made. */
class TopicEndsTest {
    private static final List<Feed> FEEDS = List.of(Feed.values());

    @Test
    void waitsForTopicsThatTheBrokerDoesNotKnowYet(@TempDir Path folder) throws Exception {
        try (var kafka = EmbeddedKafka.start(folder, 0, Map.of());
                var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var ends = new TopicEnds(admin, World.real());
            var late = assertThrows(Unanswered.class, () -> ends.partitions(FEEDS, Duration.ofMillis(300)));
            assertTrue(late.toString().contains("UnknownTopicOrPartition"), late::toString);

            var sessions = List.of(new TopicPartition(Topics.SESSIONS.name(), 0));
            var end = threads.submit(() -> ends.ends(sessions, Duration.ofSeconds(30)));
            var partitions = threads.submit(() -> ends.partitions(FEEDS, Duration.ofSeconds(30)));
            // Answered after the other's first question, since one client asks for both.
            var unknown = assertThrows(
                    ExecutionException.class,
                    () -> admin.describeTopics(List.of(Topics.SESSIONS.name()))
                            .allTopicNames()
                            .get());
            assertTrue(unknown.getCause() instanceof UnknownTopicOrPartitionException, unknown::toString);
            assertFalse(partitions.isDone());
            assertFalse(end.isDone());
            new TopicSetup(admin).ensure(Topics.standing());
            var found = partitions.get(30, TimeUnit.SECONDS);
            assertEquals(FEEDS.size(), found.size());
            assertEquals(Map.of(sessions.getFirst(), 0L), end.get(30, TimeUnit.SECONDS));
            found.forEach((feed, of) -> assertEquals(feed.topic().partitions(), of.size(), feed.name()));
        }
    }
}
