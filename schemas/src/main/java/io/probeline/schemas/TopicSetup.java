package io.probeline.schemas;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates topics as the table says; one that stands already is left as its operator made it. */
public final class TopicSetup {
    private static final int REPLICAS = 3;
    private static final long LIMIT_SECONDS = 30;

    private final Admin admin;

    public TopicSetup(Admin admin) {
        this.admin = admin;
    }

    /**
     * Those that do not stand. It asks for all topics that there are, so that a service need not be allowed to create what stands.
     *
     * @throws NotCreated when the broker refuses, or can't be reached within 30 s
     */
    public void ensure(Collection<? extends Topic<?>> topics) {
        answered(() -> {
            var standing = admin.listTopics().names().get(LIMIT_SECONDS, TimeUnit.SECONDS);
            var missing = topics.stream()
                    .filter(topic -> !standing.contains(topic.name()))
                    .toList();
            if (!missing.isEmpty()) {
                create(missing);
            }
        });
    }

    /**
     * These, which were not there a moment ago: what it costs does not grow with the topics that there are.
     *
     * @throws NotCreated when the broker refuses, or can't be reached within 30 s
     */
    public void add(Collection<? extends Topic<?>> topics) {
        answered(() -> create(topics));
    }

    private interface Asking {
        void ask() throws ExecutionException, InterruptedException, TimeoutException;
    }

    private static void answered(Asking asking) {
        try {
            asking.ask();
        } catch (ExecutionException e) {
            throw new NotCreated("topics can't be created: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new NotCreated("Kafka did not answer within " + LIMIT_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotCreated("interrupted while topics were created", e);
        }
    }

    private void create(Collection<? extends Topic<?>> missing)
            throws ExecutionException, InterruptedException, TimeoutException {
        // Those that are away just now too: what is made meanwhile is not to have fewer replicas for good.
        int brokers = admin.describeCluster(new DescribeClusterOptions().includeFencedBrokers(true))
                .nodes()
                .get(LIMIT_SECONDS, TimeUnit.SECONDS)
                .size();
        short replicas = (short) Math.min(REPLICAS, brokers);
        var wanted = new ArrayList<NewTopic>();
        for (var topic : missing) {
            wanted.add(new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.of(replicas))
                    .configs(settings(topic, replicas)));
        }
        for (var created : admin.createTopics(wanted).values().values()) {
            try {
                created.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
    }

    private static Map<String, String> settings(Topic<?> topic, short replicas) {
        var settings = new java.util.HashMap<>(topic.settings());
        settings.put("min.insync.replicas", replicas == REPLICAS ? "2" : "1");
        return settings;
    }

    /** Topics that a service needs could not be made. */
    public static final class NotCreated extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotCreated(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
