package io.probeline.gateway;

import io.probeline.gateway.Ruling.Draft;
import io.probeline.record.AuditRecord;
import io.probeline.record.Command;
import io.probeline.record.SessionRequest;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.DeviceId;
import io.probeline.schemas.SchemaRegistry;
import io.probeline.schemas.Topics;

/** What the gateway writes, as bytes with its topic and its key. */
final class Drafts {
    private final AvroFormat<SessionRequest> requests;
    private final AvroFormat<Command> commands;
    private final AvroFormat<AuditRecord> audits;

    Drafts(SchemaRegistry registry) {
        requests = new AvroFormat<>(Topics.SESSION_REQUESTS, registry);
        // All command topics share one subject, so any device's gives the format.
        commands = new AvroFormat<>(Topics.commands(new DeviceId("any")), registry);
        audits = new AvroFormat<>(Topics.AUDIT, registry);
    }

    Draft of(SessionRequest request) {
        return new Draft(Topics.SESSION_REQUESTS.name(), request.getDeviceId(), requests.encode(request));
    }

    Draft of(Command command) {
        var topic = Topics.commands(new DeviceId(command.getDeviceId()));
        return new Draft(topic.name(), command.getDeviceId(), commands.encode(command));
    }

    Draft of(AuditRecord audit) {
        return new Draft(Topics.AUDIT.name(), audit.getInteractionId().orElse("-"), audits.encode(audit));
    }
}
