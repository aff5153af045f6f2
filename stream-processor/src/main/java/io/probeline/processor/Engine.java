package io.probeline.processor;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.probeline.runtime.Health;
import io.probeline.runtime.World;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kafka Streams while it runs: ready when it does, and the end of the service when it can't go on. */
final class Engine implements AutoCloseable {
    private static final Duration CLOSING = Duration.ofSeconds(4);
    /** For each thread, since one broker that goes may fail them all at once. */
    private static final int REPLACED_AT_MOST = 5;

    private static final Duration REPLACED_WITHIN = Duration.ofMinutes(10);
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private final KafkaStreams streams;
    private final KafkaStreamsMetrics metrics;

    private Engine(KafkaStreams streams, KafkaStreamsMetrics metrics) {
        this.streams = streams;
        this.metrics = metrics;
    }

    /** Returns at once; {@code health} says when it is ready. */
    static Engine start(
            Job job,
            Topology topology,
            Properties settings,
            World world,
            Health health,
            MeterRegistry registry,
            Consumer<Throwable> fail) {
        var streams = new KafkaStreams(topology, settings);
        streams.setGlobalStateRestoreListener(new Restores(registry));
        int threads = new StreamsConfig(settings).getInt(StreamsConfig.NUM_STREAM_THREADS_CONFIG);
        var replacements = new Replacements(REPLACED_AT_MOST * threads, REPLACED_WITHIN);
        streams.setUncaughtExceptionHandler(failure -> {
            if (replacements.grant(failure, world.now())) {
                LOG.warn("a thread is replaced, and goes on from the last commit", failure);
                return StreamThreadExceptionResponse.REPLACE_THREAD;
            }
            fail.accept(failure);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        var metrics = new KafkaStreamsMetrics(streams, Tags.of("job", job.word()));
        metrics.bindTo(registry);
        health.ready(job.word(), () -> notRunning(streams.state()));
        health.live(job.word(), () -> dead(streams.state()));
        streams.start();
        return new Engine(streams, metrics);
    }

    /** Leaves the group at once: staying in it would keep the partitions from everyone until the session times out. */
    @Override
    public void close() {
        metrics.close();
        boolean closed = streams.close(CloseOptions.timeout(CLOSING)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        if (!closed) {
            LOG.warn("Streams did not close within {}; what was not committed is done again", CLOSING);
        }
    }

    private static Optional<String> notRunning(KafkaStreams.State state) {
        return switch (state) {
            case RUNNING -> Optional.empty();
            case CREATED -> Optional.of("not started");
            case REBALANCING -> Optional.of("partitions are being assigned, or state is being restored");
            case PENDING_SHUTDOWN, NOT_RUNNING -> Optional.of("closing");
            case PENDING_ERROR, ERROR -> Optional.of("ended by an error, see the log");
        };
    }

    private static Optional<String> dead(KafkaStreams.State state) {
        return switch (state) {
            case PENDING_ERROR, ERROR -> Optional.of("ended by an error, see the log");
            case CREATED, REBALANCING, RUNNING, PENDING_SHUTDOWN, NOT_RUNNING -> Optional.empty();
        };
    }
}
