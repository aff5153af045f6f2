package io.probeline.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

class LogTest {
    private static final String STRATEGY = "org.apache.kafka.clients.admin.internals.PartitionLeaderStrategy";

    @Test
    void aTopicThatWasJustMadeIsNoErrorAndAnythingElseOfTheSameClassIs() {
        var logger = LoggerContext.getContext(false).getConfiguration().getLoggerConfig(STRATEGY);
        assertEquals(STRATEGY, logger.getName());
        assertTrue(leftOut(
                logger, "[AdminClient clientId=probeline-admin] Received unknown topic error for topic made-just-now"));
        assertFalse(leftOut(
                logger, "[AdminClient clientId=probeline-admin] Received authorization failure for topic not-ours"));
    }

    private static boolean leftOut(LoggerConfig logger, String message) {
        return logger.isFiltered(Log4jLogEvent.newBuilder()
                .setLoggerName(STRATEGY)
                .setLevel(Level.ERROR)
                .setMessage(new SimpleMessage(message))
                .build());
    }
}
