package io.probeline.gateway;

import io.probeline.record.RequestKind;
import io.probeline.record.SessionRequest;
import io.probeline.record.SessionState;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.Topics;
import java.io.Closeable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;

/** session-requests ──▶ sessions, by the processor's rule: the first OPEN of a generation wins, CLOSE ends it. */
final class LittleProcessor implements Closeable {
    private final Wiretap wiretap;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AvroFormat<SessionRequest> format;
    private final Map<String, SessionRequest> open = new HashMap<>();
    private final Map<String, Long> generations = new HashMap<>();
    private final Thread thread;

    LittleProcessor(Wiretap wiretap) {
        this.wiretap = wiretap;
        this.consumer = wiretap.consumer("read_committed");
        this.format = wiretap.format(Topics.SESSION_REQUESTS);
        this.thread = Thread.ofPlatform().daemon().name("little-processor").start(this::run);
    }

    private void run() {
        try (consumer) {
            consumer.assign(IntStream.range(0, Topics.SESSION_REQUESTS.partitions())
                    .mapToObj(each -> new TopicPartition(Topics.SESSION_REQUESTS.name(), each))
                    .toList());
            while (true) {
                consumer.poll(Duration.ofMillis(200)).forEach(each -> {
                    if (format.decode(each.value()) instanceof Decoded.Ok<SessionRequest>(var request)) {
                        fold(request);
                    }
                });
            }
        } catch (WakeupException | InterruptException e) {
            return;
        }
    }

    private void fold(SessionRequest request) {
        var device = request.getDeviceId();
        if (request.getKind() == RequestKind.OPEN
                && !open.containsKey(device)
                && request.getGeneration() > generations.getOrDefault(device, 0L)) {
            open.put(device, request);
            generations.put(device, request.getGeneration());
            wiretap.write(Topics.SESSIONS, device, Site.session(request, SessionState.INITIATED));
        }
        var standing = open.get(device);
        if (request.getKind() == RequestKind.CLOSE
                && standing != null
                && standing.getSessionId().equals(request.getSessionId())) {
            open.remove(device);
            wiretap.write(Topics.SESSIONS, device, Site.session(request, SessionState.CLOSED));
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join(Duration.ofSeconds(3));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
