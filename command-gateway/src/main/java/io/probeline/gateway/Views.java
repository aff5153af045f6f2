package io.probeline.gateway;

import io.probeline.gateway.TopicEnds.Unanswered;
import io.probeline.gateway.ViewReader.Leg;
import io.probeline.runtime.Running;
import io.probeline.runtime.World;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.SchemaRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/**
 * The two readers of the board. What decides (requests, sessions, audit) and what devices do is read by one, so that a flood of windows
 * never holds a decision up; windows, alerts and lines by the other. Sessions come first, so that the rest finds them.
 */
final class Views implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final List<Feed> FIRST = List.of(Feed.REQUESTS, Feed.SESSIONS);
    private static final List<Feed> SECOND = List.of(Feed.AUDIT, Feed.DEVICE_EVENTS);
    private static final List<Feed> LIVE = List.of(Feed.AGGREGATES, Feed.ALERTS, Feed.TRANSCRIPT, Feed.RECEIPTS);

    /** No longer than a request waits for the same. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** A reader that has not come round for so long waits for something, and shows the past. */
    private static final Duration STANDS_STILL = Duration.ofSeconds(5);

    private final List<ViewReader> readers;
    private final Barriers barriers;
    private final Sight sight;

    private Views(List<ViewReader> readers, Barriers barriers, Sight sight) {
        this.readers = readers;
        this.barriers = barriers;
        this.sight = sight;
    }

    static Views open(
            KafkaParts kafka,
            Admin admin,
            SchemaRegistry registry,
            Board board,
            GatewayMetrics metrics,
            Duration maxAge,
            World world,
            Running.Owned owned)
            throws Unanswered {
        var ends = new TopicEnds(admin, world);
        var partitions = ends.partitions(List.of(Feed.values()), LIMIT);
        var since = new Since(ends, partitions, world.now(), maxAge);
        var first = since.leg(FIRST);
        var second = since.leg(SECOND);
        var live = since.leg(LIVE);
        var positions = new Positions();
        var formats = formats(registry);
        var deciding = new ViewReader(kafka.consumer("deciding"), formats, board, positions, metrics, world)
                .start("views-deciding", new CountDownLatch(0), List.of(first, second), owned);
        var watching = new ViewReader(kafka.consumer("live"), formats, board, positions, metrics, world)
                .start("views-live", first.read(), List.of(live), owned);
        var legs = List.of(first, second, live);
        BooleanSupplier caughtUp = () -> read(first) && read(second);
        var seen = new Barrier(
                ends, since.all(Stream.concat(FIRST.stream(), SECOND.stream()).toList()), positions);
        var sight = new Sight(() -> !caughtUp.getAsBoolean() || seen.pass(Deadline.in(LOOK, world)), board, world)
                .start(owned);
        var barriers = new Barriers(
                new Barrier(ends, since.all(Feed.DECIDING), positions),
                new Barrier(ends, since.of(Feed.AUDIT), positions),
                () -> caughtUp.getAsBoolean() && !deciding.idleFor(STANDS_STILL),
                caughtUp,
                () -> legs.stream().allMatch(Views::read));
        return new Views(List.of(deciding, watching), barriers, sight);
    }

    Barriers barriers() {
        return barriers;
    }

    /** What keeps it from showing the present, if anything does. */
    Optional<String> trouble() {
        if (!barriers.complete().getAsBoolean()) {
            return Optional.of("it still reads what happened before it was started");
        }
        return readers.stream().anyMatch(reader -> reader.idleFor(STANDS_STILL))
                ? Optional.of("it shows the past: a reader of Kafka waits, see the log")
                : sight.trouble();
    }

    private static boolean read(Leg leg) {
        return leg.read().getCount() == 0;
    }

    @Override
    public void close() {
        sight.close();
        readers.forEach(ViewReader::close);
    }

    private static Map<Feed, AvroFormat<?>> formats(SchemaRegistry registry) {
        var formats = new EnumMap<Feed, AvroFormat<?>>(Feed.class);
        for (var feed : Feed.values()) {
            formats.put(feed, new AvroFormat<>(feed.topic(), registry));
        }
        return formats;
    }

    /** From where each topic is read: sessions from the beginning, the rest as far back as it can matter. */
    private record Since(
            TopicEnds ends, Map<Feed, Collection<TopicPartition>> partitions, Instant now, Duration maxAge) {
        Leg leg(List<Feed> feeds) throws Unanswered {
            var from = new HashMap<TopicPartition, Long>();
            for (var feed : feeds) {
                from.putAll(from(feed));
            }
            return new Leg(from, ends.ends(all(feeds), LIMIT));
        }

        Collection<TopicPartition> of(Feed feed) {
            return java.util.Objects.requireNonNull(partitions.get(feed), "each feed has partitions");
        }

        List<TopicPartition> all(List<Feed> feeds) {
            return feeds.stream().flatMap(feed -> of(feed).stream()).toList();
        }

        private Map<TopicPartition, Long> from(Feed feed) throws Unanswered {
            return switch (feed) {
                case SESSIONS -> ends.beginnings(of(feed), LIMIT);
                case AUDIT -> ends.since(of(feed), now.minus(Remembered.KEPT), LIMIT);
                case REQUESTS, DEVICE_EVENTS, AGGREGATES, ALERTS, TRANSCRIPT, RECEIPTS ->
                    ends.since(of(feed), now.minus(maxAge), LIMIT);
            };
        }
    }
}
