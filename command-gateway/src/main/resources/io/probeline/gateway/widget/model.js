// (what is known, event, now) ──▶ what is known

import * as commandLog from "./command-log.js";
import * as metrics from "./metrics.js";

const MAX_LINES = 200;
const MAX_ALERTS = 50;

/** Nothing known yet. */
export function emptyModel() {
    return {
        session: null,
        lastSeen: null,
        lastData: null,
        metrics: new Map(),
        alerts: [],
        commands: new Map(),
        lines: [],
    };
}

/** Folds one event of the stream in; an event of a kind that this version does not know changes nothing. */
export function fold(model, { type, data }, now) {
    if (data === null || typeof data !== "object") {
        return model;
    }
    switch (type) {
        case "session":
            return foldSession(model, data, now);
        case "aggregate":
            return foldAggregate(model, data);
        case "alert":
            return { ...model, alerts: withAlert(model.alerts, data) };
        case "command":
            return { ...model, commands: commandLog.foldCommand(model.commands, data, now) };
        case "transcript":
            return { ...model, lines: withLine(model.lines, data) };
        default:
            return model;
    }
}

/** The alerts that stand, the worst and newest first. */
export function standing(model) {
    const rank = (alert) => (alert.level === "critical" ? 0 : 1);
    const raised = model.alerts.filter((alert) => alert.state === "RAISED");
    return raised.sort((a, b) => rank(a) - rank(b) || Date.parse(b.since) - Date.parse(a.since));
}

function foldSession(before, data, now) {
    const another = before.session !== null && before.session.sessionId !== data.sessionId;
    const model = another ? emptyModel() : before;
    const { queue, results, aggregates, ...session } = data;
    const log = { queue: listOf(queue), results: listOf(results) };
    return {
        ...model,
        session,
        lastSeen: later(model.lastSeen, Date.parse(session.presence?.lastSeen)),
        metrics: metrics.foldSnapshot(model.metrics, aggregates, now),
        commands: commandLog.foldSnapshot(model.commands, log, now),
    };
}

function foldAggregate(model, data) {
    const next = { ...model, metrics: metrics.foldAggregate(model.metrics, data) };
    if (!(data.received > 0)) {
        return next;
    }
    // Only a complete window proves that the device spoke until its end.
    const seen = Date.parse(data.received >= data.expected ? data.windowEnd : data.windowStart);
    return { ...next, lastData: later(model.lastData, seen), lastSeen: later(model.lastSeen, seen) };
}

function withAlert(alerts, alert) {
    if (!alert.alertId) {
        return alerts;
    }
    const others = alerts.filter((each) => each.alertId !== alert.alertId);
    return [alert, ...others].slice(0, MAX_ALERTS);
}

function withLine(lines, line) {
    // A resumed stream may say it again, and what was waiting then may have been written since.
    const said = (each) =>
        each.text === line.text && ((each.at === line.at && each.state === line.state) || each.firstAt === line.at);
    if (lines.some(said)) {
        return lines;
    }
    const index = indexOfEarlierState(lines, line);
    if (index < 0) {
        return [...lines, line].slice(-MAX_LINES);
    }
    return lines.with(index, { ...line, firstAt: lines[index].firstAt ?? lines[index].at });
}

/** A line carries no id, so it is known again by its text, the longest waiting first. */
function indexOfEarlierState(lines, line) {
    if (line.lineId) {
        return lines.findIndex((each) => each.lineId === line.lineId);
    }
    const earlier = (each) => each.state === "WAITING" && line.state !== "WAITING" && each.text === line.text;
    return lines.findIndex(earlier);
}

function later(known, candidate) {
    return Number.isFinite(candidate) ? Math.max(known ?? -Infinity, candidate) : known;
}

function listOf(value) {
    return Array.isArray(value) ? value.filter((each) => each?.commandId) : [];
}
