package io.probeline.bridge;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.probeline.runtime.KafkaSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A producer that never makes its caller wait. When every broker is away it forgets the topics and starts anew, and until it knows them
 * again it can place no record: those wait here, in order and within a bound, and go out by {@link #retry}. Any thread may call it.
 *
 * <p>Metrics, by {@code producer}: {@code probeline_bridge_buffer_free_bytes}; {@code probeline_bridge_backlog_bytes}, of what waits here.
 */
final class Outlet implements AutoCloseable {
    private static final long MOST_WAITING = 32L << 20;
    private static final Duration CLOSING = Duration.ofSeconds(2);

    /** Hears, once and on any thread, that Kafka has the record, or why it will not get it. */
    interface Settled {
        void settled(@Nullable Exception failure);
    }

    private record Waiting(ProducerRecord<byte[], byte[]> record, Settled settled) {
        int size() {
            return record.key().length + record.value().length;
        }
    }

    private final Producer<byte[], byte[]> producer;

    /** Guarded by this, as is the order of what is sent. */
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    private final AtomicLong waitingBytes = new AtomicLong();

    private Outlet(Producer<byte[], byte[]> producer, String name, MeterRegistry metrics) {
        this.producer = producer;
        Gauge.builder("probeline_bridge_buffer_free_bytes", producer, Outlet::free)
                .tag("producer", name)
                .register(metrics);
        Gauge.builder("probeline_bridge_backlog_bytes", this, outlet -> outlet.waitingBytes.get())
                .tag("producer", name)
                .register(metrics);
    }

    /** @param ours what suits this producer; what the operator sets wins, but for what the promise above stands on */
    static Outlet open(KafkaSettings kafka, String name, Map<String, String> ours, MeterRegistry metrics) {
        var config = kafka.producer("bridge-" + name);
        config.putAll(ours);
        config.putAll(kafka.given());
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "0");
        var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        return new Outlet(producer, name, metrics);
    }

    synchronized void send(ProducerRecord<byte[], byte[]> record, Settled settled) {
        var it = new Waiting(record, settled);
        if (!waiting.isEmpty() || !placed(it)) {
            hold(it);
        }
    }

    /** Tries again what waits, as far as it goes. */
    synchronized void retry() {
        while (!waiting.isEmpty() && placed(waiting.getFirst())) {
            waitingBytes.addAndGet(-waiting.removeFirst().size());
        }
    }

    private void hold(Waiting it) {
        if (waitingBytes.get() + it.size() > MOST_WAITING) {
            it.settled().settled(new BufferExhaustedException("Kafka is away, and " + MOST_WAITING + " bytes wait"));
        } else {
            waiting.add(it);
            waitingBytes.addAndGet(it.size());
        }
    }

    /** False when it must wait; who is told of a failure within the call itself is told by the caller's own thread. */
    private boolean placed(Waiting it) {
        var caller = Thread.currentThread();
        var unplaced = new boolean[1];
        Callback told = (_, e) -> {
            if (Thread.currentThread() == caller
                    && e instanceof TimeoutException
                    && !(e instanceof BufferExhaustedException)) {
                unplaced[0] = true;
            } else {
                it.settled().settled(e);
            }
        };
        var _ = producer.send(it.record(), told);
        return !unplaced[0];
    }

    private static double free(Producer<byte[], byte[]> producer) {
        return producer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("buffer-available-bytes"))
                .mapToDouble(metric -> ((Number) metric.getValue().metricValue()).doubleValue())
                .sum();
    }

    @Override
    public void close() {
        retry();
        producer.close(CLOSING);
    }
}
