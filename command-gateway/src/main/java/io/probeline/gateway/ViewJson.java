package io.probeline.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.probeline.record.Aggregate;
import io.probeline.record.Alert;
import io.probeline.record.DeviceEvent;
import io.probeline.record.MetricAggregate;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Views and events in the contract's JSON: every key always there, null where there is nothing to say. */
final class ViewJson {
    private ViewJson() {}

    /** @param unseen commands that this instance has accepted and not read back yet; they stand last */
    static ObjectNode session(SessionView view, Collection<QueuedCommand> unseen) {
        var facts = view.facts();
        var json = Json.object()
                .put("sessionId", facts.sessionId())
                .put("interactionId", facts.interactionId())
                .put("deviceId", facts.deviceId())
                .put("state", facts.state().name())
                .put("reason", facts.reason());
        json.putObject("presence")
                .put("status", view.presence().status().name())
                .put("lastSeen", time(view.presence().lastSeen()));
        json.set("queue", queue(view.commands(), unseen));
        var results = json.putArray("results");
        view.commands().results().forEach(result -> results.add(result(result)));
        json.set("aggregates", metrics(view.aggregates()));
        return json;
    }

    static ObjectNode aggregate(Aggregate window) {
        var json = Json.object()
                .put("interactionId", window.getInteractionId())
                .put("deviceId", window.getDeviceId())
                .put("windowStart", Json.time(window.getWindowStart()))
                .put("windowEnd", Json.time(window.getWindowEnd()))
                .put("received", window.getReceived())
                .put("expected", window.getExpected())
                .put("lost", window.getLost())
                .put("duplicate", window.getDuplicate())
                .put("late", window.getLate());
        json.set("metrics", metrics(window.getMetrics()));
        return json;
    }

    static ObjectNode alert(Alert alert) {
        return Json.object()
                .put("alertId", alert.getAlertId())
                .put("metric", alert.getMetric())
                .put("level", lower(alert.getLevel()))
                .put("state", alert.getState().name())
                .put("value", alert.getValue())
                .put("threshold", alert.getThreshold())
                .put("since", Json.time(alert.getSince()))
                .put("suggestedCommand", alert.getSuggestedCommand().orElse(null))
                .put("message", alert.getMessage());
    }

    static ObjectNode queued(String commandId, String command, Instant at) {
        return command(commandId, command, "QUEUED")
                .putNull("outcome")
                .putNull("data")
                .putNull("error")
                .put("at", Json.time(at));
    }

    static ObjectNode command(DeviceEvent event, String state) {
        var json = command(event.getCommandId().orElse(""), event.getCommand().orElse(""), state);
        event.getAttempt().ifPresent(attempt -> json.put("attempt", attempt));
        event.getPercent().ifPresent(percent -> json.put("percent", percent));
        var outcome = state.equals("DONE") ? event.getOutcome() : Optional.<io.probeline.record.Outcome>empty();
        json.put("outcome", outcome.map(ViewJson::lower).orElse(null));
        outcome(
                json,
                event.getData().orElse(null),
                event.getErrorCode().orElse(null),
                event.getErrorMessage().orElse(null));
        return json.put("at", Json.time(event.getAt()));
    }

    static ObjectNode line(SessionView.Line line) {
        return Json.object().put("text", line.text()).put("state", line.state()).put("at", Json.time(line.at()));
    }

    private static ObjectNode command(String commandId, String command, String state) {
        return Json.object()
                .put("commandId", commandId)
                .put("command", command)
                .put("state", state)
                .putNull("attempt")
                .putNull("percent");
    }

    private static ArrayNode queue(CommandQueue commands, Collection<QueuedCommand> unseen) {
        var json = Json.array();
        for (var each : java.util.stream.Stream.concat(
                        commands.waiting().stream(), unseen.stream().filter(each -> !commands.knows(each.commandId())))
                .toList()) {
            json.add(waiting(each, json));
        }
        return json;
    }

    /** The first waits for what its bridge says; any other for the one before it. */
    private static ObjectNode waiting(QueuedCommand each, ArrayNode before) {
        var ahead = before.isEmpty()
                ? each.waitingFor()
                : before.get(before.size() - 1).path("commandId").asText();
        var params = each.params();
        var json = Json.object().put("commandId", each.commandId()).put("command", each.command());
        json.set("params", params == null ? Json.object() : Json.embedded(params));
        return json.put("state", each.stage().name())
                .put("position", before.size())
                .put("waitingFor", ahead);
    }

    private static ObjectNode result(CommandQueue.Result result) {
        var json = Json.object()
                .put("commandId", result.commandId())
                .put("command", result.command())
                .put("outcome", lower(result.outcome()));
        outcome(json, result.data(), result.errorCode(), result.errorMessage());
        return json.put("at", Json.time(result.at()));
    }

    private static void outcome(
            ObjectNode json, @Nullable String data, @Nullable String errorCode, @Nullable String errorMessage) {
        json.set("data", data == null ? json.nullNode() : Json.embedded(data));
        if (errorCode == null && errorMessage == null) {
            json.putNull("error");
        } else {
            json.putObject("error").put("code", errorCode).put("message", errorMessage);
        }
    }

    private static ObjectNode metrics(Map<String, MetricAggregate> metrics) {
        var json = Json.object();
        metrics.forEach((name, metric) -> json.putObject(name)
                .put("min", metric.getMin())
                .put("max", metric.getMax())
                .put("avg", metric.getAvg())
                .put("last", metric.getLast())
                .put("count", metric.getCount())
                .put("unit", metric.getUnit().isEmpty() ? null : metric.getUnit())
                .put("level", lower(metric.getLevel())));
        return json;
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable String time(@Nullable Instant at) {
        return at == null ? null : Json.time(at);
    }
}
