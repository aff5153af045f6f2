package io.probeline.transcript;

import io.probeline.record.DeadLetter;
import io.probeline.record.ReceiptState;
import io.probeline.record.TranscriptLine;
import io.probeline.record.TranscriptReceipt;
import io.probeline.runtime.World;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.Topics;
import io.probeline.transcript.QuotaScheduler.Action;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/** settled lines ──▶ transcript-receipts;  what is no line ──▶ dead-letters. Tells the loop when one is durable; for its thread alone. */
final class Receipts {
    private static final int LONGEST_PAYLOAD = 1_024;

    /** A record of the transcript is done with, durably. {@code receipt} is where that stands, or -1 for a dead letter. */
    record Durable(int partition, long offset, long receipt) {}

    private final Producer<byte[], byte[]> producer;
    private final AvroFormat<TranscriptReceipt> receipts;
    private final AvroFormat<DeadLetter> deadLetters;
    private final World world;
    private final Consumer<Throwable> failed;
    private final Queue<Durable> durable = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> again = new ConcurrentLinkedQueue<>();
    private int open;

    Receipts(
            Producer<byte[], byte[]> producer,
            AvroFormat<TranscriptReceipt> receipts,
            AvroFormat<DeadLetter> deadLetters,
            World world,
            Consumer<Throwable> failed) {
        this.producer = producer;
        this.receipts = receipts;
        this.deadLetters = deadLetters;
        this.world = world;
        this.failed = failed;
    }

    /** What has become durable since this was asked last; null when nothing has. */
    @Nullable
    Durable poll() {
        for (var retry = again.poll(); retry != null; retry = again.poll()) {
            retry.run();
        }
        var next = durable.poll();
        open -= next == null ? 0 : 1;
        return next;
    }

    /** What was handed over and not yet told to be durable. */
    int open() {
        return open;
    }

    /** One receipt for each line that was settled; the one that was written says so, the others say in which they were. */
    void write(Action.Settled settled, String text) {
        for (var place : settled.places()) {
            boolean merged = !place.lineId().equals(settled.line().getLineId());
            var receipt = receipt(settled, place, merged).setText(text);
            if (merged) {
                receipt.setMergedInto(settled.line().getLineId());
            } else if (settled.state() == ReceiptState.WRITTEN) {
                numbers(settled.line(), receipt);
            }
            var key = settled.line().getInteractionId().getBytes(StandardCharsets.UTF_8);
            open++;
            send(
                    new ProducerRecord<>(
                            Topics.TRANSCRIPT_RECEIPTS.name(),
                            place.partition(),
                            key,
                            receipts.encode(receipt.build())),
                    meta -> new Durable(place.partition(), place.offset(), meta.offset()));
        }
    }

    private TranscriptReceipt.Builder receipt(Action.Settled settled, Place place, boolean merged) {
        var receipt = TranscriptReceipt.newBuilder()
                .setLineId(place.lineId())
                .setInteractionId(settled.line().getInteractionId())
                .setState(merged && settled.state() == ReceiptState.WRITTEN ? ReceiptState.MERGED : settled.state())
                .setAttempts(settled.attempts())
                .setAt(world.now());
        settled.reason().ifPresent(receipt::setReason);
        return receipt;
    }

    /** What the text rounds, in full: so anyone can hold what was said against the aggregates. */
    private static void numbers(TranscriptLine line, TranscriptReceipt.Builder receipt) {
        line.getWindowStart().ifPresent(receipt::setWindowStart);
        line.getWindowEnd().ifPresent(receipt::setWindowEnd);
        receipt.setWindows(line.getWindows())
                .setReceived(line.getReceived())
                .setExpected(line.getExpected())
                .setLost(line.getLost())
                .setMetrics(line.getMetrics());
    }

    void reject(ConsumerRecord<byte[], byte[]> record, Decoded.Rejected<?> why) {
        var value = record.value() == null ? new byte[0] : record.value();
        var letter = DeadLetter.newBuilder()
                .setReason(why.reason())
                .setDetail(why.detail())
                .setSource(record.topic())
                .setPartition(record.partition())
                .setOffset(record.offset())
                .setPayload(ByteBuffer.wrap(Arrays.copyOf(value, Math.min(value.length, LONGEST_PAYLOAD))))
                .setSize(value.length)
                .setAt(world.now())
                .build();
        open++;
        send(
                new ProducerRecord<>(Topics.DEAD_LETTERS.name(), record.key(), deadLetters.encode(letter)),
                meta -> new Durable(record.partition(), record.offset(), -1));
    }

    /** Tried until it is durable, or can't be. A second try is this thread's too: the producer's must never block. */
    private void send(ProducerRecord<byte[], byte[]> record, Function<RecordMetadata, Durable> done) {
        var _ = producer.send(record, (meta, failure) -> {
            if (failure == null) {
                durable.add(done.apply(meta));
            } else if (failure instanceof RetriableException) {
                again.add(() -> send(record, done));
            } else {
                failed.accept(failure);
            }
        });
    }
}
