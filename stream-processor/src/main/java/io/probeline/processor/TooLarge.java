package io.probeline.processor;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A record that no broker takes is dropped and logged, and Streams counts it: trying again gives the same answer, and would stop the
 * partition for everyone. Any other failure to write ends the service.
 */
public final class TooLarge implements ProductionExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(TooLarge.class);

    /** Streams makes one by the name in its settings. */
    public TooLarge() {}

    @Override
    public Response handleError(
            ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
        if (exception instanceof RecordTooLargeException) {
            LOG.error(
                    "a record for {} is dropped, made of {}-{} offset {}: {}",
                    record.topic(),
                    context.topic(),
                    context.partition(),
                    context.offset(),
                    exception.getMessage());
            return Response.resume();
        }
        return Response.fail();
    }

    @Override
    public void configure(Map<String, ?> settings) {}
}
