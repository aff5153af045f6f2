package io.probeline.gateway;

import io.probeline.schemas.DeviceId;
import io.probeline.schemas.TopicSetup;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The command topics of devices: made before a session opens, never on the way of a command. */
final class CommandTopics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandTopics.class);
    private static final Duration LISTING = Duration.ofSeconds(10);

    private final Admin admin;
    private final TopicSetup setup;
    private final Journal journal;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("topics-", 0).factory());

    CommandTopics(Admin admin, Journal journal) {
        this.admin = admin;
        this.setup = new TopicSetup(admin);
        this.journal = journal;
    }

    /** @return whether the device's topic stands and can be written to, within the deadline */
    boolean ensure(DeviceId device, Deadline deadline) {
        var topic = Topics.commands(device);
        return finished(
                () -> {
                    if (stands(topic.name())) {
                        return journal.knows(topic.name());
                    }
                    setup.add(List.of(topic));
                    return journal.knows(topic.name()) && leads(topic.name());
                },
                deadline.left());
    }

    /** @return whether the device's topic can be written to without waiting for Kafka's word on where it is */
    boolean ready(DeviceId device) {
        return journal.knows(Topics.commands(device).name());
    }

    /** The devices that have a topic, and which one: a topic that is made anew under the same name is another. */
    Map<DeviceId, Uuid> standing() throws InterruptedException, ExecutionException, TimeoutException {
        var all = new HashMap<DeviceId, Uuid>();
        for (var topic : admin.listTopics().listings().get(LISTING.toMillis(), TimeUnit.MILLISECONDS)) {
            Topics.deviceOf(topic.name()).ifPresent(device -> all.put(device, topic.topicId()));
        }
        return all;
    }

    /** @return whether the device has a topic now; also where Kafka does not say in time */
    boolean mayStand(DeviceId device, Deadline deadline) {
        return !finished(() -> !stands(Topics.commands(device).name()), deadline.left());
    }

    /** @return whether all of them are gone; one that was gone already is */
    boolean remove(Collection<Uuid> topics) throws InterruptedException, TimeoutException {
        try {
            admin.deleteTopics(TopicCollection.ofTopicIds(topics)).all().get(LISTING.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            LOG.debug("some command topics were not removed", e);
            return e.getCause() instanceof UnknownTopicIdException;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private boolean stands(String topic) throws InterruptedException, ExecutionException {
        try {
            return !admin.describeTopics(List.of(topic)).allTopicNames().get().isEmpty();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw e;
        }
    }

    /** A topic is created before its leader takes records; who made it waits for that, not everybody's next transaction. */
    private boolean leads(String topic) throws InterruptedException {
        try {
            var end = Map.of(new TopicPartition(topic, 0), OffsetSpec.latest());
            var _ = admin.listOffsets(end).all().get();
        } catch (ExecutionException e) {
            LOG.debug("{} has no leader yet; the transaction will wait for it", topic, e);
        }
        return true;
    }

    private boolean finished(java.util.concurrent.Callable<Boolean> work, Duration most) {
        try {
            return threads.submit(work).get(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("a command topic could not be made in time: {}", e.toString());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
