package io.probeline.testkit;

import static io.probeline.testkit.GenesysCall.Quota.ALLOWED;
import static io.probeline.testkit.GenesysCall.Quota.NOT_ASKED;
import static io.probeline.testkit.GenesysCall.Quota.REFUSED;

import io.probeline.testkit.GenesysCall.Quota;
import io.probeline.testkit.GenesysTokens.Caller;
import io.probeline.testkit.StubHttp.Request;
import io.probeline.testkit.StubHttp.Response;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What every call passes, in this order: token, quota, scripted fault, and only then what was asked for. */
final class GenesysGate implements StubHttp.Handler, Closeable {
    private final InstantSource clock;
    private final GenesysTokens tokens;
    private final GenesysQuota quota;
    private final GenesysFaults faults;
    private final GenesysCalls calls;
    private final StubHttp.Handler login;
    private final StubHttp.Handler api;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean headers = true;

    GenesysGate(
            InstantSource clock,
            GenesysTokens tokens,
            GenesysQuota quota,
            GenesysFaults faults,
            GenesysCalls calls,
            GenesysLogin login,
            GenesysApi api) {
        this.clock = clock;
        this.tokens = tokens;
        this.quota = quota;
        this.faults = faults;
        this.calls = calls;
        this.login = login;
        this.api = api;
    }

    /** Work that answers. */
    private interface Work {
        Response.Answer answer() throws IOException;
    }

    /** Whether answers say how much of the quota is left. */
    void headers(boolean on) {
        headers = on;
    }

    @Override
    public Response handle(Request request) throws IOException {
        var now = clock.instant();
        if (request.path().equals("/oauth/token")) {
            return said(request, now, NOT_ASKED, faulty(request, () -> (Response.Answer) login.handle(request)));
        }
        var token = request.bearer().orElse("");
        var caller = tokens.caller(token, now);
        if (caller.isEmpty()) {
            var answer = GenesysErrors.error(401, "bad.credentials", "Invalid login credentials.");
            return said(request, now, NOT_ASKED, answer);
        }
        return switch (quota.take(token, now)) {
            case GenesysQuota.Verdict.Refused(var seconds) ->
                said(request, now, REFUSED, GenesysErrors.tooMany(Long.toString(seconds)));
            case GenesysQuota.Verdict.Allowed allowed ->
                said(request, now, ALLOWED, faulty(request, () -> answer(request, caller.get(), allowed)));
        };
    }

    private Response said(Request request, Instant at, Quota quota, Response response) {
        calls.add(new GenesysCall(at, request.method(), request.path(), status(response), quota));
        return response;
    }

    private static int status(Response response) {
        return switch (response) {
            case Response.Answer answer -> answer.status();
            case Response.Late(var by, var later) -> status(later);
            case Response.Truncated(var answer) -> answer.status();
            case Response.Hang hang -> 0;
            case Response.Drop drop -> 0;
        };
    }

    private Response.Answer answer(Request request, Caller caller, GenesysQuota.Verdict.Allowed allowed)
            throws IOException {
        var answer = allowedTo(caller, request)
                ? (Response.Answer) api.handle(request)
                : GenesysErrors.error(403, "missing.permissions", "You are not authorized to perform the operation.");
        if (!headers || answer.status() >= 300) {
            return answer;
        }
        return answer.with("inin-ratelimit-count", Integer.toString(allowed.count()))
                .with("inin-ratelimit-allowed", Integer.toString(allowed.allowed()))
                .with("inin-ratelimit-reset", Long.toString(allowed.resetSeconds()));
    }

    /** An agent's token is good for one thing here, and the integration's for everything else. */
    private static boolean allowedTo(Caller caller, Request request) {
        return caller instanceof Caller.Agent == request.path().equals("/api/v2/users/me");
    }

    private Response faulty(Request request, Work work) throws IOException {
        var fault = faults.strike(request);
        return fault.isPresent() ? commit(fault.get(), work) : work.answer();
    }

    private Response commit(GenesysFault fault, Work work) throws IOException {
        return switch (fault) {
            case GenesysFault.Status(var status) -> Response.empty(status);
            case GenesysFault.Page(var status, var body) -> Response.of(status, "text/html", body);
            case GenesysFault.RetryAfter(var value) -> GenesysErrors.tooMany(value);
            case GenesysFault.LateAnswer(var by) -> Response.late(by, work.answer());
            case GenesysFault.LateWork(var by) -> later(by, work);
            case GenesysFault.Hang(var atMost) -> Response.hang(atMost);
            case GenesysFault.Drop() -> Response.drop();
            case GenesysFault.HalfAnswer() -> Response.truncated(work.answer());
            case GenesysFault.CommitThen(var then) -> {
                var answer = work.answer();
                yield commit(then, () -> answer);
            }
        };
    }

    private Response later(Duration by, Work work) throws IOException {
        try {
            if (closing.await(by.toNanos(), TimeUnit.NANOSECONDS)) {
                return Response.drop();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Response.drop();
        }
        return work.answer();
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
