package io.probeline.gateway;

import io.probeline.gateway.Routes.Access;
import io.probeline.gateway.Routes.Found;
import io.probeline.record.AuditRecord;
import io.probeline.runtime.World;
import io.probeline.schemas.Ids;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who comes in: route, token, rate, scope, and then the operation; whoever is refused is put on record. */
final class Reception {
    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);
    private static final Pattern TRACEPARENT = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    /** Nobody can be held to a rate who is nobody: so many refusals of this kind are put on record, and the rest is counted. */
    private static final Rate NOBODY = new Rate(20, 100);

    /** Who is over his rate is put on record now and then, or his flood would become one of records. */
    private static final Rate TOO_FAST = new Rate(1, 10);

    /** A refusal may come late, when somebody was waited for; its record has this time of its own. */
    private static final Duration RECORD = Duration.ofMillis(500);

    private final Routes routes;
    private final Tokens tokens;
    private final Desk desk;
    private final Rates callers;
    private final Rates nobody;
    private final Rates tooFast;
    private final GatewayMetrics metrics;
    private final String gateway;

    Reception(Routes routes, Tokens tokens, Desk desk, Rate rate, GatewayMetrics metrics, String gateway) {
        this.routes = routes;
        this.tokens = tokens;
        this.desk = desk;
        this.callers = new Rates(rate, desk.world());
        this.nobody = new Rates(NOBODY, desk.world());
        this.tooFast = new Rates(TOO_FAST, desk.world());
        this.metrics = metrics;
        this.gateway = gateway;
    }

    Answer receive(Call call, String rawPath) {
        return switch (routes.find(call.method(), rawPath)) {
            case Found.Nowhere() -> Answer.refused(Problem.notFound());
            case Found.OtherMethods(var allowed) -> Answer.refused(Problem.methodNotAllowed(allowed));
            case Found.There(var route, var parts) -> measured(route.template(), call.with(parts), route.access());
        };
    }

    private Answer measured(String template, Call call, Access access) {
        long start = desk.world().nanos();
        var answer = answered(call, access);
        int status = switch (answer) {
            case Answer.Whole whole -> whole.status();
            case Answer.Refused(var problem) -> problem.status();
            case Answer.Streamed streamed -> 200;
        };
        metrics.answered(
                call.method() + " " + template,
                status,
                Duration.ofNanos(desk.world().nanos() - start));
        return answer;
    }

    private Answer answered(Call call, Access access) {
        try {
            return switch (access) {
                case Access.Open(var handler) -> handler.apply(call);
                case Access.Guarded guarded -> guarded(call, guarded);
            };
        } catch (RuntimeException e) {
            LOG.error("{} failed", call.method(), e);
            return Answer.refused(Problem.internal());
        }
    }

    private Answer guarded(Call call, Access.Guarded guarded) {
        var dossier = new Dossier(guarded.action(), gateway, traceparent(call));
        Optional.ofNullable(call.path().get("interactionId")).filter(Ids::valid).ifPresent(dossier::interaction);
        var answer = tokens.caller(call.header("authorization"))
                .then(caller -> admitted(caller, guarded, dossier))
                .then(caller -> identified(call, caller))
                .answer(caller -> guarded.handler().handle(call, caller, dossier));
        return answer instanceof Answer.Refused(var problem) ? recorded(problem, guarded, dossier, call) : answer;
    }

    private Step<Caller> admitted(Caller caller, Access.Guarded guarded, Dossier dossier) {
        dossier.caller(caller.subject());
        var wait = callers.take(caller.subject());
        if (!wait.isZero()) {
            return Step.refuse(Problem.rateLimited((int) Math.min(60, wait.toSeconds() + 1)));
        }
        return caller.mayAny(guarded.scopes())
                ? Step.on(caller)
                : Step.refuse(
                        Problem.insufficientScope(String.join(" or ", new java.util.TreeSet<>(guarded.scopes()))));
    }

    private static Step<Caller> identified(Call call, Caller caller) {
        var id = call.path().get("interactionId");
        return id == null || Ids.valid(id)
                ? Step.on(caller)
                : Step.refuse(Problem.malformed("interactionId must match [A-Za-z0-9._-]{1,128}"));
    }

    /**
     * A refusal goes out when it is on record; where Kafka can't take it, that is what the caller is told. One that stands whether or not it is on record
     * does not wait for that: of a question, of a caller who is too fast, and where nothing could be done anyway.
     */
    private Answer recorded(Problem problem, Access.Guarded guarded, Dossier dossier, Call call) {
        var refused = Answer.refused(problem);
        if (!problem.recordable() || oneOfTooMany(problem, dossier)) {
            metrics.unaudited();
            return refused;
        }
        var record = dossier.refused(problem, desk.world().now());
        if (guarded.changes() && problem.status() < 500 && !tooFast(problem)) {
            return desk.written(batch -> write(record, refused), call.deadline().atLeast(RECORD));
        }
        if (!desk.offer(batch -> write(record, refused))) {
            metrics.unaudited();
        }
        return refused;
    }

    private boolean oneOfTooMany(Problem problem, Dossier dossier) {
        var caller = dossier.caller();
        if (caller.isEmpty()) {
            return !nobody.take("nobody").isZero();
        }
        return tooFast(problem) && !tooFast.take(caller.get()).isZero();
    }

    private static boolean tooFast(Problem problem) {
        return problem.code().equals("rate_limited");
    }

    private Ruling write(AuditRecord record, Answer answer) {
        World world = desk.world();
        return new Ruling.Write(
                List.of(desk.drafts().of(record)),
                answer,
                () -> desk.board().committed(Optional.empty(), Optional.of(record), world.now()));
    }

    private static @Nullable String traceparent(Call call) {
        return call.header("traceparent")
                .filter(text -> TRACEPARENT.matcher(text).matches())
                .orElse(null);
    }
}
