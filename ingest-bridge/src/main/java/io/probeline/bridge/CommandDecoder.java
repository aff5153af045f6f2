package io.probeline.bridge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.probeline.record.Command;
import io.probeline.runtime.World;
import io.probeline.schemas.Catalogue;
import io.probeline.schemas.CommandSpec;
import io.probeline.schemas.Ids;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record of a command topic, as the lane needs it; what is no command, or could not be put into a frame, is refused.
 *
 * <p>Metrics: {@code probeline_bridge_command_read_seconds}: from a command's time in Kafka to its being read here.
 */
final class CommandDecoder {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Intake<Command> intake;
    private final Catalogue catalogue;
    private final World world;
    private final Timer read;

    CommandDecoder(Intake<Command> intake, Catalogue catalogue, World world, MeterRegistry metrics) {
        this.intake = intake;
        this.catalogue = catalogue;
        this.world = world;
        this.read = metrics.timer("probeline_bridge_command_read");
    }

    ReadCommand decode(ConsumerRecord<byte[], byte[]> record) {
        read.record(Duration.between(Instant.ofEpochMilli(record.timestamp()), world.now()));
        var command = intake.read(record);
        if (command.isPresent() && sound(command.get())) {
            return new ReadCommand.Understood(queued(command.get(), record.offset()));
        }
        if (command.isPresent()) {
            intake.reject(record, "malformed", "an id or the parameters can't be put into a frame");
        }
        return new ReadCommand.Unreadable(record.offset());
    }

    private static boolean sound(Command command) {
        return Ids.valid(command.getCommandId())
                && Ids.valid(command.getSessionId())
                && command.getDeadlineMillis() > 0
                && object(command.getParams());
    }

    private static boolean object(String params) {
        try {
            return JSON.readTree(params).isObject();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private QueuedCommand queued(Command command, long place) {
        return new QueuedCommand(
                place,
                command.getCommandId(),
                command.getInteractionId(),
                command.getSessionId(),
                command.getGeneration(),
                command.getCommand(),
                command.getParams(),
                Duration.ofMillis(command.getDeadlineMillis()),
                command.getExpiresAt(),
                repeatable(command.getCommand()),
                probe(command.getCommand()));
    }

    /** What may be sent again needs no probe: it is sent again. */
    private @Nullable Probe probe(String command) {
        return catalogue
                .command(command)
                .filter(spec -> spec.safety() == CommandSpec.Safety.ONCE)
                .flatMap(CommandSpec::probe)
                .map(probe -> new Probe(probe.command(), probe.params(), probe.counters(), probe.uptimes()))
                .orElse(null);
    }

    /** A command that this bridge's catalogue does not know is never sent twice. */
    private boolean repeatable(String command) {
        return catalogue
                .command(command)
                .map(spec -> spec.safety() == CommandSpec.Safety.REPEATABLE)
                .orElse(false);
    }
}
