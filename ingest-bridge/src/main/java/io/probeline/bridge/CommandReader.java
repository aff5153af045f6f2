package io.probeline.bridge;

import io.probeline.bridge.ReadingOrders.Order;
import io.probeline.runtime.KafkaSettings;
import io.probeline.runtime.World;
import io.probeline.schemas.DeviceId;
import io.probeline.schemas.SchemaRegistry.RegistryException;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * commands.&lt;device&gt; ──▶ lanes: one consumer without a group for every device that is followed. It reads a little ahead of each lane,
 * within a bound, and pauses the device beyond it; the place that counts is what the lane commits, not what was read here.
 */
final class CommandReader {
    private static final Logger LOG = LoggerFactory.getLogger(CommandReader.class);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final int MOST_AT_A_POLL = 100;

    /** Above it a device is paused, below the other it is read on. */
    private static final int HIGH = 32;

    private static final int LOW = 8;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final ReadingOrders orders;
    private final CommandDecoder decoder;

    private final Map<TopicPartition, Consumer<List<ReadCommand>>> lanes = new HashMap<>();

    /** How many commands of each device are read, and not finished. */
    private final Map<TopicPartition, Integer> ahead = new HashMap<>();

    private final BlockedPartitions blocked;

    private volatile boolean running = true;

    private CommandReader(KafkaSettings kafka, ReadingOrders orders, CommandDecoder decoder, World world) {
        var config = kafka.consumer("bridge-commands");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Integer.toString(MOST_AT_A_POLL));
        // A device that is followed anew is not part of the fetch under way: it waits for the next, so long at most.
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "250");
        // Kafka's consumer keeps 28 metrics for each topic. Handing them on, which nobody asks for here, takes as much
        // memory again: with ten thousand devices more than a heap of half a gigabyte has.
        config.putIfAbsent(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
        config.putIfAbsent(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, "false");
        this.consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.orders = orders;
        this.decoder = decoder;
        this.blocked = new BlockedPartitions(consumer, world);
        orders.wakes(consumer::wakeup);
    }

    /**
     * @param failed hears of the failure that ends the reading
     */
    static Part start(
            KafkaSettings kafka,
            ReadingOrders orders,
            CommandDecoder decoder,
            World world,
            Consumer<Throwable> failed) {
        var reader = new CommandReader(kafka, orders, decoder, world);
        return Part.start(world, "command-reader", reader::run, reader::stop, failed);
    }

    private void run() throws InterruptedException {
        try (consumer) {
            while (running) {
                turn();
            }
        }
    }

    private void stop() {
        running = false;
        consumer.wakeup();
    }

    private void turn() throws InterruptedException {
        try {
            obey(ahead.isEmpty() ? orders.await(POLL) : orders.drain());
            blocked.release(partition -> ahead.getOrDefault(partition, 0) < HIGH);
            if (!ahead.isEmpty()) {
                var records = consumer.poll(POLL);
                records.partitions().forEach(partition -> deliver(partition, records.records(partition)));
            }
        } catch (WakeupException e) {
            LOG.trace("there are orders, or it is time to close", e);
        } catch (RetriableException e) {
            LOG.warn("commands can't be read just now: {}", e.getMessage());
        }
    }

    private void obey(List<Order> all) {
        if (all.stream().anyMatch(order -> !(order instanceof Order.Finished))) {
            assign(all);
        }
        for (var order : all) {
            if (order instanceof Order.Finished(var device)) {
                finished(partition(device));
            }
        }
    }

    /** One assignment for all orders of a turn, since each costs by the number of devices. */
    private void assign(List<Order> all) {
        var begun = new HashMap<TopicPartition, CommittedPlace>();
        for (var order : all) {
            switch (order) {
                case Order.Follow(var device, var from, var lane) -> {
                    ahead.put(partition(device), 0);
                    lanes.put(partition(device), lane);
                    begun.put(partition(device), from);
                }
                case Order.Unfollow(var device) -> {
                    ahead.remove(partition(device));
                    lanes.remove(partition(device));
                    begun.remove(partition(device));
                    blocked.forget(Set.of(partition(device)));
                }
                case Order.Finished _ -> {}
            }
        }
        consumer.assign(ahead.keySet());
        begun.forEach((partition, from) -> {
            if (from.equals(CommittedPlace.NONE)) {
                consumer.seekToBeginning(Set.of(partition));
            } else {
                consumer.seek(partition, from.place());
            }
        });
        consumer.resume(begun.keySet());
    }

    private void deliver(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        var read = new ArrayList<ReadCommand>(records.size());
        for (var record : records) {
            try {
                read.add(decoder.decode(record));
            } catch (RegistryException e) {
                blocked.block(partition, record.offset(), e);
                break;
            }
        }
        Objects.requireNonNull(lanes.get(partition), "only what is followed is read")
                .accept(read);
        int held = ahead.merge(partition, read.size(), Integer::sum);
        if (held >= HIGH) {
            consumer.pause(Set.of(partition));
        }
    }

    private void finished(TopicPartition partition) {
        var held = ahead.computeIfPresent(partition, (_, before) -> before - 1);
        if (held != null && held == LOW && !blocked.contains(partition)) {
            consumer.resume(Set.of(partition));
        }
    }

    private static TopicPartition partition(DeviceId device) {
        return new TopicPartition(Topics.commands(device).name(), 0);
    }
}
