package io.probeline.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.probeline.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The main job from its start to its end, as Architect and an agent live through it: initiate, telemetry, execute, result, a line in the
 * transcript, device lost, device back, close. It speaks the contracts only, so it walks any installation.
 */
final class MissionWalk {
    /** No promise: the machine may be busy with more than this. */
    private static final Duration SOON = Duration.ofSeconds(45);

    private static final Duration ON_ITS_OWN = Duration.ofSeconds(60);

    /** The promise of the design. */
    private static final Duration LOST_WITHIN = Duration.ofSeconds(15);

    /** What the walk needs from the outside: who calls, and what the contact centre and the device do. */
    interface Outside {
        String gateway();

        String architectToken();

        String agentToken();

        /** What the contact centre's transcript of this call holds, oldest first. */
        List<String> transcript(String interactionId);

        /**
         * The device drops its connection and can't be reached until {@link #bringBack}.
         *
         * @return whether it did so just now; else it does so on its own before long, and for a while
         */
        boolean lose(String deviceId);

        void bringBack(String deviceId);
    }

    private final Outside outside;
    private final String interactionId;
    private final String customerId;
    private final String deviceId;

    MissionWalk(Outside outside, String interactionId, String customerId, String deviceId) {
        this.outside = outside;
        this.interactionId = interactionId;
        this.customerId = customerId;
        this.deviceId = deviceId;
    }

    void walk() {
        try (var architect = new ApiClient(outside.gateway(), outside.architectToken());
                var agent = new ApiClient(outside.gateway(), outside.agentToken())) {
            initiate(architect);
            try (var events = EventLog.of(agent, interactionId)) {
                watch(events);
                execute(agent, events);
                refuse(agent);
                loseAndFind(events);
                close(agent, events);
            }
        }
    }

    private void initiate(ApiClient architect) {
        var first = architect.initiate(
                interactionId, customerId, deviceId, "ping_latency", "firmware_version", "signal_strength");
        assertEquals(202, first.status(), first.body()::toString);
        assertEquals(interactionId, first.body().path("interactionId").asText());
        assertEquals(3, first.body().path("commands").size());
        var again = architect.initiate(
                interactionId, customerId, deviceId, "ping_latency", "firmware_version", "signal_strength");
        assertEquals(202, again.status(), again.body()::toString);
        assertEquals(
                first.body().path("sessionId"),
                again.body().path("sessionId"),
                "Architect's retry gets the same session");
        assertEquals(
                "not_owner",
                architect.initiate(interactionId + "-x", "nobody", deviceId).code());
    }

    private void watch(EventLog events) {
        events.await(
                "session",
                "the session as it stands",
                SOON,
                data -> data.path("deviceId").asText().equals(deviceId));
        for (var command : List.of("ping_latency", "firmware_version", "signal_strength")) {
            events.await(
                    "command",
                    command + " has its outcome",
                    SOON,
                    data -> data.path("command").asText().equals(command)
                            && data.path("outcome").asText().equals("ok"));
        }
        var aggregate = events.await(
                "aggregate",
                "a window with signal",
                SOON,
                data -> data.path("metrics").has("signal_strength")
                        && data.path("received").asLong() > 0);
        assertEquals("dBm", aggregate.data().at("/metrics/signal_strength/unit").asText());
        awaitLine(Pattern.compile(
                "\\[DIAGNOSTIC UPDATE - " + deviceId + "]: Signal: -\\d+\\.\\ddBm, Latency: \\d+ms, Errors: \\d+"));
        events.await(
                "transcript",
                "the line is written",
                SOON,
                data -> data.path("state").asText().equals("WRITTEN"));
    }

    private void execute(ApiClient agent, EventLog events) {
        var accepted = agent.execute(interactionId, "channel_scan", Map.of("duration", "5s"));
        assertEquals(202, accepted.status(), accepted.body()::toString);
        assertEquals("QUEUED", accepted.body().path("state").asText());
        var id = accepted.body().path("commandId").asText();
        events.await(
                "command",
                "channel_scan is sent",
                SOON,
                data -> is(data, id) && data.path("state").asText().equals("SENT"));
        var done = events.await(
                "command",
                "channel_scan is done",
                Duration.ofSeconds(30),
                data -> is(data, id) && data.path("state").asText().equals("DONE"));
        assertEquals("ok", done.data().path("outcome").asText());
        Await.until(
                "the session shows the result",
                SOON,
                () -> agent.session(interactionId)
                        .body()
                        .path("results")
                        .findValuesAsText("commandId")
                        .contains(id));
    }

    private void refuse(ApiClient agent) {
        assertEquals(
                "command_not_allowed",
                agent.execute(interactionId, "factory_reset", Map.of()).code());
        assertEquals(
                "role_required",
                agent.execute(interactionId, "reboot_module", Map.of()).code());
        assertEquals(
                "malformed",
                agent.execute(interactionId, "channel_scan", Map.of("duration", "1h"))
                        .code());
        assertEquals(
                "no_session",
                agent.execute("no-such-call", "ping_latency", Map.of()).code());
    }

    private void loseAndFind(EventLog events) {
        long start = System.nanoTime();
        boolean now = outside.lose(deviceId);
        events.awaitNext(
                "session",
                "the agent knows that the device is gone",
                now ? SOON : ON_ITS_OWN,
                data -> state(data, "DISCONNECTED"));
        var widget = Duration.ofNanos(System.nanoTime() - start);
        awaitLine(Pattern.compile(Pattern.quote("[SYSTEM ERROR]: Connection to device " + deviceId
                + " lost. Please ask the customer to check their internet connection.")));
        var transcript = Duration.ofNanos(System.nanoTime() - start);
        if (now) {
            System.out.printf(
                    "%s lost: in the widget after %d ms, in the transcript after %d ms%n",
                    deviceId, widget.toMillis(), transcript.toMillis());
            assertTrue(transcript.compareTo(LOST_WITHIN) <= 0, () -> "the agent knew only after " + transcript);
        }
        outside.bringBack(deviceId);
        events.awaitNext(
                "session",
                "the device is back",
                ON_ITS_OWN,
                data -> state(data, "RUNNING") || state(data, "COMPLETED"));
        awaitLine(Pattern.compile(".*" + Pattern.quote(deviceId) + ".*restored.*"));
    }

    private void close(ApiClient agent, EventLog events) {
        assertEquals(202, agent.close(interactionId).status());
        events.awaitNext("session", "the session is closed", SOON, data -> state(data, "CLOSED"));
        assertEquals(
                "session_closed",
                agent.execute(interactionId, "ping_latency", Map.of()).code());
        awaitLine(Pattern.compile("(?i).*ended.*" + Pattern.quote(deviceId) + ".*"));
    }

    private void awaitLine(Pattern line) {
        Await.until(
                "a line like " + line + " in the transcript",
                SOON,
                () -> outside.transcript(interactionId).stream()
                        .anyMatch(text -> line.matcher(text).matches()),
                () -> outside.transcript(interactionId));
    }

    private static boolean state(JsonNode session, String state) {
        return session.path("state").asText().equals(state);
    }

    private static boolean is(JsonNode data, String commandId) {
        return data.path("commandId").asText().equals(commandId);
    }
}
