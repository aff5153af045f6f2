package io.probeline.transcript;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.ReceiptState;
import io.probeline.record.TranscriptReceipt;
import io.probeline.runtime.KafkaSettings;
import io.probeline.schemas.Topics;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Receipts are read however many there are. */
@ExtendWith(SharedSite.class)
class ReceiptReaderTest {
    /** More polls than a reader that counts them would allow for a minute. */
    private static final int RECEIPTS = 400;

    private final SinkSite site;

    ReceiptReaderTest(SinkSite site) {
        this.site = site;
    }

    @Test
    void itTakesAsManyPollsAsItNeeds() {
        var lines = IntStream.range(0, RECEIPTS).mapToObj(n -> "many-" + n).collect(Collectors.toSet());
        lines.forEach(line -> {
            var _ = site.producer.send(new ProducerRecord<>(
                    Topics.TRANSCRIPT_RECEIPTS.name(), 0, new byte[] {1}, site.receipts.encode(receipt(line))));
        });
        site.producer.flush();
        var settings = new HashMap<>(site.settings().given());
        settings.put("max.poll.records", "1");
        try (var reader = new ReceiptReader(new KafkaSettings(Map.copyOf(settings)), site.receipts)) {
            var found = reader.read(Map.of(0, 0L));
            assertTrue(found.containsKey(0) && found.get(0).receipts().keySet().containsAll(lines));
        }
    }

    private static TranscriptReceipt receipt(String line) {
        return TranscriptReceipt.newBuilder()
                .setLineId(line)
                .setInteractionId("many")
                .setState(ReceiptState.WRITTEN)
                .setAttempts(1)
                .setAt(Instant.EPOCH)
                .setText("said")
                .build();
    }
}
