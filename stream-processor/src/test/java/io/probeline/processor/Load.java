package io.probeline.processor;

import io.probeline.record.Telemetry;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Frames of many sessions at 10 Hz of their own time, which is not ours. */
final class Load implements AutoCloseable {
    /** For each session, so long a second of their time takes: 4,000 frames a second in all, which one instance on a busy machine can follow. */
    private static final Duration SECOND = Duration.ofNanos(2_500_000);

    private final Cluster cluster;
    private final KafkaProducer<String, byte[]> producer;
    private final List<Frames> sessions;
    private final Random random;
    private final List<Future<RecordMetadata>> sent = new ArrayList<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private volatile boolean stopped;
    private volatile int seconds;

    Load(Cluster cluster, int sessions, long seed) {
        this.cluster = cluster;
        this.producer = cluster.producer();
        this.sessions =
                IntStream.range(0, sessions).mapToObj(i -> Frames.of("k" + i)).toList();
        this.random = new Random(seed);
    }

    List<Frames> sessions() {
        return sessions;
    }

    /** Some seconds of every session, as fast as the broker takes them. */
    void write(int more) {
        int from = seconds;
        for (int tenth = 0; tenth < 10 * more; tenth++) {
            for (var session : sessions) {
                send(session.frame(
                        from + tenth / 10.0,
                        Map.of(
                                "signal_strength", -75 + random.nextGaussian() * 10,
                                "latency", 100 + random.nextGaussian() * 100)));
            }
        }
        flush();
        seconds = from + more;
    }

    /** Second after second from now on, whatever becomes of who reads them, until {@link #end}. */
    void keepWriting() {
        Thread.ofPlatform().name("load").start(() -> {
            try {
                long next = System.nanoTime();
                while (!stopped) {
                    write(1);
                    next = Math.max(next + SECOND.multipliedBy(sessions.size()).toNanos(), System.nanoTime());
                    LockSupport.parkNanos(next - System.nanoTime());
                }
                done.complete(null);
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        });
    }

    /** How many seconds of each session have been written. */
    int seconds() {
        return seconds;
    }

    /** Ends what keeps writing, and every session. */
    void end() {
        stopped = true;
        done.join();
        endSessions();
    }

    void endSessions() {
        sessions.forEach(session -> send(session.end(seconds + 1)));
        flush();
    }

    private void flush() {
        producer.flush();
        sent.forEach(Future::resultNow);
        sent.clear();
    }

    private void send(Telemetry record) {
        sent.add(producer.send(new ProducerRecord<>(
                Topics.TELEMETRY.name(),
                record.getInteractionId(),
                cluster.formats.telemetry().encode(record))));
    }

    @Override
    public void close() {
        stopped = true;
        producer.close();
    }
}
