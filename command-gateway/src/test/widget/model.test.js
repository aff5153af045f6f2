import assert from "node:assert/strict";
import { test } from "node:test";
import { announcements } from "../../main/resources/io/probeline/gateway/widget/announce.js";
import { finished, unfinished } from "../../main/resources/io/probeline/gateway/widget/command-log.js";
import * as commandLog from "../../main/resources/io/probeline/gateway/widget/command-log.js";
import { HISTORY_MILLIS, inOrder } from "../../main/resources/io/probeline/gateway/widget/metrics.js";
import { emptyModel, fold, standing } from "../../main/resources/io/probeline/gateway/widget/model.js";

const START = Date.parse("2026-11-22T10:00:00Z");
const at = (seconds) => new Date(START + seconds * 1000).toISOString();
const folded = (events, model = emptyModel(), now = START) =>
    events.reduce((known, [type, data]) => fold(known, { type, data }, now), model);

const session = (changes = {}) => [
    "session",
    {
        sessionId: "s1",
        interactionId: "i1",
        deviceId: "washer-17",
        state: "RUNNING",
        reason: null,
        presence: { status: "LIVE", lastSeen: at(0) },
        queue: [],
        results: [],
        aggregates: {},
        ...changes,
    },
];
const value = (last, changes = {}) => ({
    min: last - 1,
    max: last + 1,
    avg: last,
    last,
    count: 20,
    unit: "ms",
    level: "ok",
    ...changes,
});
const window = (from, to, metrics, changes = {}) => [
    "aggregate",
    {
        windowStart: at(from),
        windowEnd: at(to),
        received: 20,
        expected: 20,
        lost: 0,
        duplicate: 0,
        late: 0,
        metrics,
        ...changes,
    },
];
const command = (state, changes = {}) => [
    "command",
    {
        commandId: "c1",
        command: "ping_latency",
        state,
        attempt: 1,
        percent: null,
        outcome: null,
        data: null,
        error: null,
        at: at(1),
        ...changes,
    },
];
const theCommand = (model) => model.commands.get("c1");

test("a metric keeps its last window and a bounded history", () => {
    const windows = Array.from({ length: 500 }, (_, index) =>
        window(index * 2, index * 2 + 2, { latency: value(index) }),
    );
    const { latency } = Object.fromEntries(folded(windows).metrics);
    assert.equal(latency.last, 499);
    assert.ok(latency.history.length <= 150);
    assert.ok(latency.history[0].at >= latency.windowEnd - HISTORY_MILLIS - 15_000);
});

test("a window without a metric of its length is a gap of that metric, and of no other", () => {
    const model = folded([
        window(0, 5, { signal_strength: value(-70) }),
        window(4, 6, { latency: value(20) }),
        window(6, 8, {}, { received: 0 }),
    ]);
    assert.equal(model.metrics.get("latency").silent, true);
    assert.equal(model.metrics.get("latency").last, 20);
    assert.equal(model.metrics.get("latency").history.at(-1).gap, true);
    assert.equal(model.metrics.get("signal_strength").silent, false);
});

test("a window that is repeated or older changes nothing", () => {
    const model = folded([
        window(2, 4, { latency: value(2) }),
        window(2, 4, { latency: value(2) }),
        window(0, 2, { latency: value(1) }),
    ]);
    assert.equal(model.metrics.get("latency").last, 2);
    assert.equal(model.metrics.get("latency").history.length, 1);
});

test("only a complete window proves life until its end", () => {
    const complete = folded([session(), window(10, 12, { latency: value(1) })]);
    const torn = folded([session(), window(10, 12, { latency: value(1) }, { received: 3 })]);
    const silent = folded([session(), window(10, 12, {}, { received: 0 })]);
    assert.deepEqual(
        [complete, torn, silent].map((model) => model.lastSeen - START),
        [12_000, 10_000, 0],
    );
});

test("metrics come in the order in which they are read", () => {
    const model = folded([window(0, 2, { zeal: value(1), errors: value(0), age: value(1), latency: value(2) })]);
    assert.deepEqual(
        inOrder(model.metrics).map(([name]) => name),
        ["latency", "errors", "age", "zeal"],
    );
});

test("a command goes forward only, except for another attempt", () => {
    const sent = folded([command("QUEUED"), command("SENT"), command("QUEUED")]);
    assert.equal(theCommand(sent).state, "SENT");
    const running = folded([command("ACKNOWLEDGED", { percent: 40 }), command("ACKNOWLEDGED")], sent);
    assert.equal(theCommand(running).percent, 40);
    const again = folded([command("SENT", { attempt: 2 })], running);
    assert.deepEqual(
        [theCommand(again).state, theCommand(again).attempt, theCommand(again).percent],
        ["SENT", 2, null],
    );
    const done = folded([command("DONE", { outcome: "ok" }), command("SENT", { attempt: 3 })], again);
    assert.deepEqual([theCommand(done).state, theCommand(done).outcome], ["DONE", "ok"]);
});

test("unknown is settled by a probe, and a settled outcome is never unknown again", () => {
    const unknown = command("DONE", { outcome: "unknown" });
    const model = folded([unknown, command("DONE", { outcome: "executed" }), unknown]);
    assert.equal(theCommand(model).outcome, "executed");
});

test("the snapshot's queue is the whole queue, but a fresh 202 is believed", () => {
    const queued = {
        commandId: "q1",
        command: "channel_scan",
        params: {},
        state: "QUEUED",
        position: 0,
        waitingFor: null,
    };
    let model = folded([session({ queue: [queued] })]);
    const commands = commandLog.accepted(
        model.commands,
        { commandId: "c1", command: "ping_latency", position: 1 },
        null,
        START,
    );
    model = folded([session()], { ...model, commands }, START + 5_000);
    assert.deepEqual(
        unfinished(model.commands).map((entry) => entry.commandId),
        ["q1", "c1"],
    );
    model = folded([session()], model, START + 20_000);
    assert.deepEqual(unfinished(model.commands), []);
});

test("places are counted anew when the first leaves", () => {
    const queue = ["a", "b", "c"].map((id, position) => ({
        commandId: id,
        command: "x",
        state: "QUEUED",
        position,
        params: {},
        waitingFor: null,
    }));
    const model = folded([
        session({ queue }),
        ["command", { commandId: "a", command: "x", state: "SENT", attempt: 1 }],
    ]);
    assert.deepEqual(
        unfinished(model.commands).map(({ commandId, place }) => [commandId, place]),
        [
            ["a", null],
            ["b", 0],
            ["c", 1],
        ],
    );
});

test("results are bounded, the newest first", () => {
    const results = Array.from({ length: 80 }, (_, index) => ({
        commandId: `r${index}`,
        command: "x",
        outcome: "ok",
        data: null,
        error: null,
        at: at(index),
    }));
    const done = finished(folded([session({ results })]).commands);
    assert.equal(done.length, 50);
    assert.equal(done[0].commandId, "r79");
});

test("an alert is one, however often it comes, and the critical stand first", () => {
    const alert = (alertId, level, state, seconds) => [
        "alert",
        { alertId, metric: alertId, level, state, since: at(seconds) },
    ];
    const model = folded([
        alert("signal", "critical", "RAISED", 1),
        alert("loss", "warn", "RAISED", 2),
        alert("latency", "warn", "RAISED", 3),
        alert("signal", "critical", "RAISED", 1),
        alert("loss", "warn", "CLEARED", 2),
    ]);
    assert.deepEqual(
        standing(model).map((each) => each.alertId),
        ["signal", "latency"],
    );
});

test("a transcript line changes its state in place, and a repeated one is not said twice", () => {
    const line = (state, seconds) => ["transcript", { text: "[DIAGNOSTIC UPDATE - x]: 1", state, at: at(seconds) }];
    const model = folded([
        line("WAITING", 1),
        line("WAITING", 2),
        line("WRITTEN", 3),
        line("WRITTEN", 3),
        line("WAITING", 1),
    ]);
    assert.deepEqual(
        model.lines.map((each) => each.state),
        ["WRITTEN", "WAITING"],
    );
});

test("another session under the same interaction starts with a clean sheet", () => {
    const model = folded([
        session(),
        command("SENT"),
        window(0, 2, { latency: value(1) }),
        session({ sessionId: "s2" }),
    ]);
    assert.equal(model.commands.size + model.metrics.size, 0);
});

test("events of unknown kinds and shapes change nothing", () => {
    const model = folded([session()]);
    const odd = [
        ["weather", {}],
        ["aggregate", { windowStart: "?" }],
        ["command", { state: "SENT" }],
        ["command", command("FLYING")[1]],
        ["alert", {}],
        ["session", null],
        ["session", "text"],
    ];
    for (const event of odd) {
        const after = folded([event], model);
        assert.deepEqual(
            [after.session, after.commands.size, after.metrics.size, after.alerts],
            [model.session, 0, 0, []],
        );
    }
});

test("what changed is said once, and the past of a session is not read out", () => {
    const result = { commandId: "r1", command: "ping_latency", outcome: "ok", data: null, error: null, at: at(0) };
    const first = folded([session({ results: [result] })]);
    assert.deepEqual(
        announcements(emptyModel(), first).map((said) => said.text),
        ["Device: Live."],
    );
    const lost = folded(
        [session({ state: "DISCONNECTED", presence: { status: "DISCONNECTED", lastSeen: at(1) } })],
        first,
    );
    assert.deepEqual(announcements(first, lost), [
        { text: "Device: Disconnected.", urgent: true },
        { text: "Session: Disconnected.", urgent: false },
    ]);
    assert.deepEqual(announcements(lost, lost), []);
});
