package io.probeline.gateway;

import io.probeline.gateway.Parked.Read;
import io.probeline.runtime.Backoff;
import io.probeline.runtime.Running;
import io.probeline.runtime.World;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.SchemaRegistry.RegistryException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * topics ──▶ board: one thread that reads every partition of its topics, without a group, since each instance shows everything.
 * Its legs are read one after the other up to where each ended at the start, then all together.
 */
final class ViewReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ViewReader.class);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    private final Consumer<byte[], byte[]> consumer;
    private final Map<Feed, AvroFormat<?>> formats;
    private final Board board;
    private final Positions positions;
    private final GatewayMetrics metrics;
    private final World world;
    private final List<TopicPartition> assigned = new ArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile long roundAt;

    /**
     * Topics that are read together.
     *
     * @param from the first offset of each partition
     * @param ends where each ended when the service started
     * @param read opens when they have been read so far
     */
    record Leg(Map<TopicPartition, Long> from, Map<TopicPartition, Long> ends, CountDownLatch read) {
        Leg(Map<TopicPartition, Long> from, Map<TopicPartition, Long> ends) {
            this(from, ends, new CountDownLatch(1));
        }
    }

    ViewReader(
            Consumer<byte[], byte[]> consumer,
            Map<Feed, AvroFormat<?>> formats,
            Board board,
            Positions positions,
            GatewayMetrics metrics,
            World world) {
        this.consumer = consumer;
        this.formats = formats;
        this.board = board;
        this.positions = positions;
        this.metrics = metrics;
        this.world = world;
        this.roundAt = world.nanos();
    }

    /** Whether it has not come round for so long: it waits for the registry, say. Any thread may ask. */
    boolean idleFor(Duration time) {
        return world.nanos() - roundAt > time.toNanos();
    }

    /** @param after what must have been read before this begins */
    ViewReader start(String purpose, CountDownLatch after, List<Leg> legs, Running.Owned owned) {
        world.threads().start(purpose, () -> {
            try {
                after.await();
                run(legs);
            } catch (InterruptedException | InterruptException | WakeupException e) {
                LOG.debug("{} ends, because the service closes", purpose);
            } catch (RuntimeException | Error e) {
                owned.fail(e);
            } finally {
                consumer.close(CloseOptions.timeout(Duration.ofMillis(500)));
                closed.countDown();
            }
        });
        return this;
    }

    /** The consumer belongs to its thread; wakeup is the one call that any thread may make. */
    @Override
    public void close() {
        closing.countDown();
        consumer.wakeup();
        try {
            if (!closed.await(2, TimeUnit.SECONDS)) {
                LOG.warn("a reader of views did not end within 2 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(List<Leg> legs) throws InterruptedException {
        for (var leg : legs) {
            assigned.addAll(leg.from().keySet());
            consumer.assign(assigned);
            leg.from().forEach(consumer::seek);
            do {
                step();
            } while (open() && !positions.covers(leg.ends()));
            leg.read().countDown();
        }
        while (open()) {
            step();
        }
    }

    private boolean open() {
        return closing.getCount() > 0;
    }

    private void step() throws InterruptedException {
        try {
            for (var each : consumer.poll(POLL)) {
                take(each);
            }
        } catch (RetriableException e) {
            LOG.warn("views are not read for now: {}", e.toString());
            pause(1);
        }
        positions.reached(assigned.stream().collect(Collectors.toMap(Function.identity(), consumer::position)));
        roundAt = world.nanos();
    }

    private void take(ConsumerRecord<byte[], byte[]> each) throws InterruptedException {
        var feed = Feed.ofTopic(each.topic());
        if (each.value() == null) {
            return;
        }
        switch (decoded(feed, each.value())) {
            case Decoded.Ok<? extends SpecificRecord>(var value) ->
                board.fold(new Read(feed, each.offset(), Instant.ofEpochMilli(each.timestamp()), value), world.now());
            case Decoded.Rejected<? extends SpecificRecord>(var reason, var detail) -> {
                metrics.rejected(feed);
                LOG.warn("{}-{}@{} is skipped: {}: {}", each.topic(), each.partition(), each.offset(), reason, detail);
            }
        }
    }

    /** A registry that is away is waited for: skipping would make this instance see less than the others. */
    private Decoded<? extends SpecificRecord> decoded(Feed feed, byte[] value) throws InterruptedException {
        var format = java.util.Objects.requireNonNull(formats.get(feed), "each feed has a format");
        for (int failures = 1; ; failures++) {
            try {
                return format.decode(value);
            } catch (RegistryException e) {
                LOG.warn("the registry is needed and can't be asked: {}", e.getMessage());
                pause(failures);
            }
        }
    }

    private void pause(int failures) throws InterruptedException {
        if (closing.await(BACKOFF.pause(failures, world.random().get()).toMillis(), TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("the service closes");
        }
    }
}
