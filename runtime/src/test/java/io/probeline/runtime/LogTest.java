package io.probeline.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

class LogTest {
    private static final String STRATEGY = "org.apache.kafka.clients.admin.internals.PartitionLeaderStrategy";
    private static final String SENDER = "org.apache.kafka.clients.producer.internals.Sender";

    @Test
    void aTopicThatWasJustMadeIsNoErrorAndAnythingElseOfTheSameClassIs() {
        assertTrue(leftOut(
                STRATEGY,
                "[AdminClient clientId=probeline-admin] Received unknown topic error for topic made-just-now"));
        assertFalse(leftOut(
                STRATEGY, "[AdminClient clientId=probeline-admin] Received authorization failure for topic not-ours"));
    }

    @Test
    void waitingForTheLastTransactionsMarkersIsNoWarningAndWhatElseIsRefusedIs() {
        var refused = "[Producer clientId=a, transactionalId=b] Got error produce response with correlation id 7 on"
                + " topic-partition probeline.aggregates-1, retrying (2147483646 attempts left). Error: ";
        assertTrue(leftOut(SENDER, refused + "CONCURRENT_TRANSACTIONS"));
        assertFalse(leftOut(SENDER, refused + "NOT_ENOUGH_REPLICAS"));
    }

    private static boolean leftOut(String name, String message) {
        var logger = LoggerContext.getContext(false).getConfiguration().getLoggerConfig(name);
        assertEquals(name, logger.getName());
        return logger.isFiltered(Log4jLogEvent.newBuilder()
                .setLoggerName(name)
                .setLevel(Level.ERROR)
                .setMessage(new SimpleMessage(message))
                .build());
    }
}
