package io.probeline.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.probeline.gateway.DeviceStanding.Place;
import io.probeline.record.Command;
import io.probeline.schemas.CommandSpec;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Command records, as the bridge reads them. */
final class Commands {
    private Commands() {}

    /** Whose command it is, and when it was asked for. */
    record Origin(
            Place session,
            String deviceId,
            String subject,
            Instant at,
            @Nullable String traceparent) {}

    /** @param params admitted by the command's schema, defaults filled in */
    static Command record(CommandSpec spec, JsonNode params, String commandId, Origin origin) {
        return Command.newBuilder()
                .setCommandId(commandId)
                .setInteractionId(origin.session().interactionId())
                .setSessionId(origin.session().sessionId())
                .setDeviceId(origin.deviceId())
                .setGeneration(origin.session().generation())
                .setCommand(spec.name())
                .setParams(params.toString())
                .setRequestedBy(origin.subject())
                .setRequestedAt(origin.at())
                .setDeadlineMillis(spec.deadline(params).toMillis())
                .setExpiresAt(origin.at().plus(spec.waits()))
                .setTraceparent(origin.traceparent())
                .build();
    }
}
