package io.probeline.transcript;

import io.probeline.runtime.KafkaSettings;
import io.probeline.schemas.Topics;
import io.probeline.transcript.OffsetLedger.Inherited;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our partitions of the transcript: reads them, keeps a ledger for each, and commits. A commit carries the group's generation: who has been replaced
 * can't commit, and so, as every request is noted before it is made, can't say anything. For the loop's thread alone.
 */
final class LineLog implements AutoCloseable {
    static final String GROUP = "probeline.transcript-sink";
    private static final Logger LOG = LoggerFactory.getLogger(LineLog.class);
    private static final Duration COMMIT_LIMIT = Duration.ofSeconds(2);

    /** What the loop does when partitions come and go. */
    interface Moves {
        /**
         * Stops what is sent for these, and returns when nothing of it is under way, or nothing can be waited for any longer.
         *
         * @return whether what was settled is to be committed
         */
        boolean closing(Set<Integer> partitions);

        /** These are gone. */
        void gone(Set<Integer> partitions);

        /** @param part of all partitions that is ours now */
        void share(double part);
    }

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final ReceiptReader receipts;
    private final Map<Integer, OffsetLedger> ledgers = new TreeMap<>();
    private final Map<Integer, OffsetAndMetadata> committed = new HashMap<>();
    private boolean paused;

    LineLog(KafkaSettings kafka, ReceiptReader receipts) {
        var settings = kafka.consumer(GROUP);
        settings.put("group.id", GROUP);
        // Whoever dies without a word is replaced after this, not after Kafka's 45 s: alarms wait meanwhile.
        settings.putIfAbsent("session.timeout.ms", "10000");
        settings.putIfAbsent("partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.receipts = receipts;
    }

    KafkaConsumer<byte[], byte[]> consumer() {
        return consumer;
    }

    void subscribe(Moves moves) {
        consumer.subscribe(Set.of(Topics.TRANSCRIPT.name()), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                inherit(partitions);
                if (paused) {
                    // Kafka keeps those paused that stay ours, and knows nothing of it for those that are new.
                    consumer.pause(partitions);
                }
                moves.share(ledgers.size() / (double) Math.max(1, total()));
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                if (moves.closing(numbers(partitions))) {
                    commitNow(numbers(partitions));
                }
                onPartitionsLost(partitions);
            }

            @Override
            public void onPartitionsLost(Collection<TopicPartition> partitions) {
                numbers(partitions).forEach(partition -> {
                    ledgers.remove(partition);
                    committed.remove(partition);
                });
                moves.gone(numbers(partitions));
                moves.share(ledgers.size() / (double) Math.max(1, total()));
            }
        });
    }

    ConsumerRecords<byte[], byte[]> poll(Duration limit) {
        return consumer.poll(limit);
    }

    /** The ledger of a partition, while it is ours. */
    Optional<OffsetLedger> ledger(int partition) {
        return Optional.ofNullable(ledgers.get(partition));
    }

    /** Lines read and not settled. */
    long open() {
        return ledgers.values().stream().mapToLong(OffsetLedger::open).sum();
    }

    Set<Integer> partitions() {
        return Set.copyOf(ledgers.keySet());
    }

    /** No more is read while there is no room for it. */
    void pause(boolean full) {
        if (full && !paused) {
            consumer.pause(consumer.assignment());
        } else if (!full && paused) {
            consumer.resume(consumer.paused());
        }
        paused = full;
    }

    boolean paused() {
        return paused;
    }

    /**
     * Notes these partitions' requests beside their offsets.
     *
     * @param durable told whether it is so; false when it has to be tried again
     * @param failed told when it can never be
     */
    void note(Set<Integer> partitions, Consumer<Boolean> durable, Consumer<Throwable> failed) {
        var offsets = offsets(partitions);
        consumer.commitAsync(offsets, (done, failure) -> {
            if (failure == null) {
                offsets.forEach((partition, offset) -> committed.put(partition.partition(), offset));
                durable.accept(true);
            } else if (failure instanceof RetriableException
                    || failure instanceof RebalanceInProgressException
                    || failure instanceof CommitFailedException) {
                // Of the last: the group has gone on without us. The next poll says which partitions that cost.
                durable.accept(false);
            } else {
                failed.accept(failure);
            }
        });
    }

    /** Partitions whose ledger says something that is not committed. */
    Set<Integer> uncommitted() {
        return offsets(partitions()).entrySet().stream()
                .filter(e -> !e.getValue().equals(committed.get(e.getKey().partition())))
                .map(e -> e.getKey().partition())
                .collect(Collectors.toSet());
    }

    /** Commits, as well as can be within two seconds. */
    void commitNow(Set<Integer> partitions) {
        var offsets = offsets(partitions);
        if (offsets.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(offsets, COMMIT_LIMIT);
        } catch (KafkaException e) {
            // What is not committed is found in the receipts by who comes after us.
            LOG.warn("the last offsets could not be committed: {}", e.toString());
        }
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(COMMIT_LIMIT));
    }

    private int total() {
        return consumer.partitionsFor(Topics.TRANSCRIPT.name()).size();
    }

    private void inherit(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        var stood = consumer.committed(Set.copyOf(partitions));
        var ends = consumer.endOffsets(partitions);
        var notes = new HashMap<Integer, CommitNote>();
        partitions.forEach(partition -> notes.put(
                partition.partition(),
                Optional.ofNullable(stood.get(partition))
                        .map(offset -> CommitNote.parse(offset.metadata()))
                        .orElse(CommitNote.NONE)));
        var from = new HashMap<Integer, Long>();
        notes.forEach((partition, note) -> from.put(partition, note.receiptsFrom()));
        var found = receipts.read(from);
        for (var partition : partitions) {
            int number = partition.partition();
            var receipt = found.getOrDefault(number, new ReceiptReader.Found(Map.of(), 0));
            ledgers.put(
                    number,
                    new OffsetLedger(new Inherited(
                            consumer.position(partition),
                            ends.getOrDefault(partition, 0L),
                            receipt.receipts(),
                            receipt.end(),
                            notes.getOrDefault(number, CommitNote.NONE).sent())));
            LOG.info(
                    "partition {} is ours, {} receipts read",
                    number,
                    receipt.receipts().size());
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets(Set<Integer> partitions) {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (var partition : partitions) {
            ledger(partition)
                    .ifPresent(ledger -> offsets.put(
                            new TopicPartition(Topics.TRANSCRIPT.name(), partition),
                            new OffsetAndMetadata(
                                    ledger.committable(), ledger.note().text())));
        }
        return offsets;
    }

    private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).collect(Collectors.toCollection(HashSet::new));
    }
}
