package io.probeline.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.probeline.gateway.DeviceStanding.Place;
import io.probeline.gateway.Opening.Admitted;
import io.probeline.schemas.CommandSpec;
import io.probeline.schemas.Decoded;
import io.probeline.schemas.DeviceId;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** {@code POST /v1/diagnostics/initiate}: a session for the customer's device, with its first commands. */
final class Initiate implements Routes.Handler {
    private static final Duration VERDICT = Duration.ofSeconds(1);

    private final Desk desk;
    private final Permission permission;
    private final OwnershipRegister register;
    private final CommandTopics topics;

    Initiate(Desk desk, Permission permission, OwnershipRegister register, CommandTopics topics) {
        this.desk = desk;
        this.permission = permission;
        this.register = register;
        this.topics = topics;
    }

    @Override
    public Answer handle(Call call, Caller caller, Dossier dossier) {
        return Asks.body(call, HttpPort.MOST_BYTES)
                .then(Asks::initiate)
                .then(ask -> noted(ask, dossier))
                .then(ask -> desk.key(call, caller, Operation.INITIATE, dossier)
                        .then(key -> commands(ask.commands(), caller, dossier)
                                .then(commands -> Step.on(new Admitted(ask, commands, key, caller)))))
                .then(asked -> desk.upToDate(call.deadline()).then(yes -> owned(asked)))
                .then(asked -> untouched(asked, call.deadline()))
                .then(asked -> topics.ensure(new DeviceId(asked.ask().deviceId()), call.deadline())
                        ? Step.on(asked)
                        : Step.refuse(Desk.notRecorded()))
                .answer(asked -> judged(new Opening(desk, asked, dossier), call.deadline()));
    }

    private static Step<Asks.Initiate> noted(Asks.Initiate ask, Dossier dossier) {
        dossier.interaction(ask.interactionId());
        dossier.customer(ask.customerId());
        dossier.device(ask.deviceId());
        return Step.on(ask);
    }

    /** Whole or not at all: one command that is not to be given refuses the request. */
    private Step<List<CommandSpec>> commands(List<String> names, Caller caller, Dossier dossier) {
        Step<List<CommandSpec>> all = Step.on(List.of());
        for (var name : names) {
            all = all.then(before -> permission
                    .known(name)
                    .then(Initiate::withoutParams)
                    .then(spec -> permission.allowed(spec, caller, dossier))
                    .then(spec -> Step.on(
                            Stream.concat(before.stream(), Stream.of(spec)).toList())));
        }
        return all;
    }

    private static Step<CommandSpec> withoutParams(CommandSpec spec) {
        return switch (spec.admit(Json.object())) {
            case Decoded.Ok<ObjectNode> ok -> Step.on(spec);
            case Decoded.Rejected<ObjectNode>(var reason, var detail) ->
                Step.refuse(Problem.malformed(spec.name() + " needs parameters: " + detail));
        };
    }

    /** The register is asked for each new trust; a repeat for a session that stands gives none. */
    private Step<Admitted> owned(Admitted asked) {
        var ask = asked.ask();
        boolean trusted = desk.board()
                .device(ask.deviceId())
                .open()
                .filter(place -> place.interactionId().equals(ask.interactionId()))
                .filter(place -> place.customerId().equals(ask.customerId()))
                .isPresent();
        if (trusted) {
            return Step.on(asked);
        }
        return switch (register.ask(ask.customerId(), ask.deviceId())) {
            case OWNS -> Step.on(asked);
            case DOES_NOT_OWN -> Step.refuse(Problem.notOwner());
            case NOTHING -> Step.refuse(Problem.away("the ownership register can't be asked"));
        };
    }

    /** What is written to a topic that goes would be lost; once it has gone, another is made. */
    private Step<Admitted> untouched(Admitted asked, Deadline deadline) {
        var device = asked.ask().deviceId();
        boolean going =
                desk.board().retiring(device, desk.world().now()) && topics.mayStand(new DeviceId(device), deadline);
        return going ? Step.refuse(Problem.away("the device's old queue is being removed")) : Step.on(asked);
    }

    /** The processor has the last word on who gets a device that two instances gave away in the same moment. */
    private Answer judged(Opening opening, Deadline deadline) {
        var answer = desk.written(opening, deadline);
        var mine = opening.opened();
        return answer instanceof Answer.Whole && mine.isPresent() && lost(opening.deviceId(), mine.get(), deadline)
                ? Answer.refused(Problem.deviceBusy())
                : answer;
    }

    private boolean lost(String deviceId, Place mine, Deadline deadline) {
        try {
            var most = deadline.atMost(VERDICT);
            var standing = desk.board().await(deviceId, now -> now.judged(mine.generation()) || taken(now, mine), most);
            return taken(standing, mine);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean taken(DeviceStanding now, Place mine) {
        return now.current()
                .filter(place -> place.generation() == mine.generation())
                .filter(place -> !place.sessionId().equals(mine.sessionId()))
                .isPresent();
    }
}
