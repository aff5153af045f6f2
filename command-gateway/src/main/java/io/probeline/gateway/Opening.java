package io.probeline.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.probeline.gateway.Commands.Origin;
import io.probeline.gateway.DeviceStanding.Place;
import io.probeline.gateway.Ruling.Batch;
import io.probeline.record.RequestKind;
import io.probeline.record.RequestedCommand;
import io.probeline.record.SessionRequest;
import io.probeline.schemas.CommandSpec;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.Ids;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An initiate whose turn has come, on the journal's thread, where this instance never races itself: it becomes a new session, or finds
 * the interaction's own, or finds the device taken.
 */
final class Opening implements Ruling.Proposal {
    private final Desk desk;
    private final Admitted asked;
    private final Dossier dossier;
    /** Written on the journal's thread before the answer, read after it. */
    private volatile @Nullable Place opened;

    /** A request that has passed every check but those that only its turn can make. */
    record Admitted(Asks.Initiate ask, List<CommandSpec> commands, Optional<IdempotencyKey> key, Caller caller) {}

    Opening(Desk desk, Admitted asked, Dossier dossier) {
        this.desk = desk;
        this.asked = asked;
        this.dossier = dossier;
    }

    String deviceId() {
        return asked.ask().deviceId();
    }

    /** The session that this made, if it made one. */
    Optional<Place> opened() {
        return Optional.ofNullable(opened);
    }

    @Override
    public Ruling rule(Batch batch) {
        var ask = asked.ask();
        var again = desk.again(asked.key());
        if (again.isPresent()) {
            return new Ruling.Nothing(again.get());
        }
        if (!asked.key().map(key -> batch.claim("key " + key.hash())).orElse(true)
                || !batch.claim("device " + ask.deviceId())
                || !batch.claim("interaction " + ask.interactionId())) {
            return new Ruling.Later();
        }
        var device = desk.board().device(ask.deviceId());
        var open = device.open();
        if (open.isPresent()) {
            return open.get().interactionId().equals(ask.interactionId())
                    ? repeat(open.get())
                    : new Ruling.Nothing(Answer.refused(Problem.deviceBusy()));
        }
        var other = desk.board().interaction(ask.interactionId()).filter(Board.Now::open);
        return other.isPresent()
                ? new Ruling.Nothing(
                        Answer.refused(Problem.interactionBusy(other.get().deviceId())))
                : open(device.nextGeneration());
    }

    /** Architect retries: the session as it is now, nothing new but the record that it was asked for. */
    private Ruling repeat(Place place) {
        var snapshot = desk.board().snapshot(place.interactionId()).orElseGet(Json::object);
        var answer = answer(place, snapshot.path("state").asText("INITIATED"));
        var commands = answer.putArray("commands");
        snapshot.path("queue")
                .forEach(each -> commands.add(Json.object()
                        .put("commandId", each.path("commandId").asText())
                        .put("command", each.path("command").asText())
                        .put("position", each.path("position").asInt())));
        dossier.session(place.sessionId(), place.generation());
        var audit =
                dossier.accepted(202, answer.toString(), List.of(), desk.world().now());
        return desk.write(Answer.json(202, answer), Optional.empty(), audit, List.of());
    }

    /**
     * The ids are derived, so that the same request, raced at two instances, gives the same session and the same commands. Where the two
     * asked for other commands, each of them is another command of that one session.
     */
    private Ruling open(long generation) {
        var ask = asked.ask();
        var at = desk.world().now();
        var sessionId = Ids.derived("session", ask.interactionId(), ask.deviceId(), Long.toString(generation));
        var place = new Place(sessionId, ask.interactionId(), ask.customerId(), generation, null);
        var origin = new Origin(place, ask.deviceId(), asked.caller().subject(), at, dossier.traceparent());
        var answer = answer(place, "INITIATED");
        var listed = answer.putArray("commands");
        var requested = new ArrayList<RequestedCommand>();
        var drafts = new ArrayList<Ruling.Draft>();
        for (var spec : asked.commands()) {
            int position = requested.size();
            var id = Ids.derived("command", sessionId, Integer.toString(position), spec.name());
            listed.add(Json.object()
                    .put("commandId", id)
                    .put("command", spec.name())
                    .put("position", position));
            requested.add(new RequestedCommand(id, spec.name()));
            drafts.add(desk.drafts().of(Commands.record(spec, defaults(spec), id, origin)));
        }
        dossier.session(sessionId, generation);
        opened = place;
        var audit = dossier.accepted(202, answer.toString(), requested, at);
        return desk.write(Answer.json(202, answer), Optional.of(request(place, requested, at)), audit, drafts);
    }

    private SessionRequest request(Place place, List<RequestedCommand> requested, Instant at) {
        return SessionRequest.newBuilder()
                .setRequestId(UUID.randomUUID().toString())
                .setKind(RequestKind.OPEN)
                .setInteractionId(place.interactionId())
                .setSessionId(place.sessionId())
                .setDeviceId(deviceId())
                .setGeneration(place.generation())
                .setCustomerId(place.customerId())
                .setRequestedBy(asked.caller().subject())
                .setCommands(requested)
                .setAt(at)
                .build();
    }

    /** Small and flat keys first, every key always there: what Architect's data action can read. */
    private ObjectNode answer(Place place, String state) {
        return Json.object()
                .put("status", "accepted")
                .put("sessionId", place.sessionId())
                .put("interactionId", place.interactionId())
                .put("deviceId", deviceId())
                .put("state", state);
    }

    private static ObjectNode defaults(CommandSpec spec) {
        return switch (spec.admit(Json.object())) {
            case Decoded.Ok<ObjectNode>(var params) -> params;
            case Decoded.Rejected<ObjectNode>(var reason, var detail) ->
                throw new IllegalStateException("checked before: " + detail);
        };
    }
}
