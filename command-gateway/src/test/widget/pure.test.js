import assert from "node:assert/strict";
import { test } from "node:test";
import { readAddress, withInteraction } from "../../main/resources/io/probeline/gateway/widget/access.js";
import {
    needsConfirmation,
    shownPresence,
    whyBlocked,
} from "../../main/resources/io/probeline/gateway/widget/availability.js";
import { backoffMillis } from "../../main/resources/io/probeline/gateway/widget/backoff.js";
import * as format from "../../main/resources/io/probeline/gateway/widget/format.js";
import { PLOT, plotOf } from "../../main/resources/io/probeline/gateway/widget/plot.js";
import { fieldsOf, initialText, readValues } from "../../main/resources/io/probeline/gateway/widget/schema-form.js";
import { panelsOf } from "../../main/resources/io/probeline/gateway/widget/screen.js";
import { outcomeWords, problemWords, reasonWords } from "../../main/resources/io/probeline/gateway/widget/words.js";

test("the address selects an interaction and hands over a token that does not stay in it", () => {
    const address = readAddress("https://g/widget/?conversationId=a-1.b_2&x=1#token=ey.J%2Bb+c");
    assert.deepEqual(address, {
        interactionId: "a-1.b_2",
        problem: null,
        token: "ey.J+b+c",
        cleanHref: "https://g/widget/?conversationId=a-1.b_2&x=1",
    });
    assert.equal(readAddress("https://g/widget/?interactionId=i#other").token, null);
    assert.equal(readAddress("https://g/widget/?conversationId={{gcConversationId}}").problem, "malformed");
    assert.equal(readAddress("https://g/widget/?interactionId=../admin").problem, "malformed");
    assert.equal(readAddress("https://g/widget/").problem, "missing");
    assert.equal(
        withInteraction("https://g/widget/?conversationId=a&x=1", "b"),
        "https://g/widget/?x=1&interactionId=b",
    );
});

test("numbers have the digits that are worth reading", () => {
    const said = [-71.5, -65.04, -85, 0, 0.19, 412.7, 12_345.6, 612_345, NaN, null].map(format.number);
    assert.deepEqual(said, ["-71.5", "-65.0", "-85", "0", "0.19", "413", "12,346", "612.3K", "–", "–"]);
    assert.equal(format.quantity(-71.5, "dBm"), "-71.5 dBm");
    assert.equal(format.quantity(3, null), "3");
});

test("ages, names and parameters are words", () => {
    assert.deepEqual([0, -5_000, 12_000, 200_000, 7_500_000].map(format.age), [
        "just now",
        "just now",
        "12 s ago",
        "3 min ago",
        "2 h 5 min ago",
    ]);
    assert.deepEqual(["signal_strength", "bootCount", "rssi", "latency_ms"].map(format.title), [
        "Signal strength",
        "Boot count",
        "RSSI",
        "Latency (ms)",
    ]);
    assert.deepEqual([null, {}, { duration: "30s" }, { a: 1, b: true }].map(format.parameters), [
        "",
        "",
        "30s",
        "A 1, B yes",
    ]);
    assert.equal(format.clock("not a time"), "–");
});

test("the clock is corrected by what is more than a header's rounding", () => {
    const now = Date.parse("2026-11-22T10:00:00Z");
    assert.equal(format.clockOffset("Sun, 22 Nov 2026 11:00:00 GMT", now), 3_600_000);
    assert.equal(format.clockOffset("Sun, 22 Nov 2026 10:00:01 GMT", now), 0);
    assert.equal(format.clockOffset(null, now), 0);
});

test("back-off is jittered, grows, and is capped", () => {
    assert.equal(backoffMillis(1, 0), 200);
    assert.equal(backoffMillis(1, 1), 500);
    assert.equal(backoffMillis(3, 1), 2_000);
    assert.equal(backoffMillis(99, 1), 10_000);
});

const LIVE = { kind: "live" };
const SESSION = { state: "RUNNING", presence: { status: "LIVE" } };
const PING = { command: "ping_latency", allowed: true, reason: null, safety: "repeatable", risk: "low" };
const REBOOT = { command: "reboot_module", allowed: false, reason: "role_required", safety: "once", risk: "high" };
const blocked = (command, changes) =>
    whyBlocked(command, { stream: LIVE, session: SESSION, sending: new Map(), ...changes });

test("a command can be pressed only while the device is there and the view is fresh", () => {
    assert.equal(blocked(PING, {}), null);
    assert.equal(blocked(PING, { session: { ...SESSION, presence: { status: "SUSPECT" } } }), null);
    assert.equal(blocked(REBOOT, {}), "Needs a senior technician");
    for (const state of ["DISCONNECTED", "ERROR", "CLOSED"]) {
        assert.notEqual(blocked(PING, { session: { ...SESSION, state } }), null, state);
    }
    assert.notEqual(blocked(PING, { session: { ...SESSION, presence: { status: "DISCONNECTED" } } }), null);
    for (const kind of ["connecting", "quiet", "lost", "no_session", "unauthenticated", "refused", "ended"]) {
        assert.notEqual(blocked(PING, { stream: { kind } }), null, kind);
    }
    assert.notEqual(blocked(PING, { sending: new Map([["ping_latency", "sending"]]) }), null);
    assert.notEqual(blocked(PING, { sending: new Map([["ping_latency", "uncertain"]]) }), null);
});

test("a device is shown alive on a fresh stream only", () => {
    assert.equal(shownPresence(LIVE, SESSION), "LIVE");
    for (const kind of ["connecting", "quiet", "lost", "no_session", "unauthenticated", "refused", "ended"]) {
        assert.equal(shownPresence({ kind }, SESSION), "UNKNOWN", kind);
    }
    assert.equal(shownPresence(LIVE, { ...SESSION, state: "CLOSED" }), "ENDED");
    const never = { state: "INITIATED", presence: { status: "DISCONNECTED", lastSeen: null } };
    assert.equal(shownPresence(LIVE, never), "NOT_YET");
    assert.notEqual(blocked(PING, { session: never }), null);
    assert.equal(shownPresence(LIVE, { ...never, state: "DISCONNECTED" }), "DISCONNECTED");
});

test("what runs once or is risky is confirmed first", () => {
    assert.deepEqual([PING, REBOOT, { ...PING, risk: "high" }, { ...PING, safety: "once" }].map(needsConfirmation), [
        false,
        true,
        true,
        true,
    ]);
});

const SCHEMA = {
    type: "object",
    required: ["duration", "channels"],
    properties: {
        duration: { type: "string", pattern: "^([5-9]|[1-5][0-9]|60)s$", default: "30s" },
        band: { enum: ["2.4", "5"], default: "5" },
        channels: { type: "integer", minimum: 1, maximum: 13 },
        deep: { type: "boolean" },
        extra: { type: "object" },
    },
};

test("a schema becomes fields with their defaults", () => {
    const fields = fieldsOf(SCHEMA);
    assert.deepEqual(
        fields.map((field) => field.kind),
        ["string", "choice", "integer", "boolean", "json"],
    );
    assert.deepEqual(fields.map(initialText), ["30s", "5", "", "", ""]);
    assert.deepEqual([undefined, null, { type: "object" }].map(fieldsOf), [[], [], []]);
});

test("what is typed becomes parameters of the right type", () => {
    const typed = { duration: " 45s ", band: "2.4", channels: "6", deep: "true", extra: '{"a":[1]}' };
    const { params, valid } = readValues(fieldsOf(SCHEMA), typed);
    assert.equal(valid, true);
    assert.deepEqual(params, { duration: "45s", band: "2.4", channels: 6, deep: true, extra: { a: [1] } });
});

test("what does not fit is said at its field", () => {
    const bad = { duration: "61s", band: "6", channels: "14", deep: "maybe", extra: "{" };
    assert.deepEqual(Object.keys(readValues(fieldsOf(SCHEMA), bad).errors), Object.keys(bad));
    assert.deepEqual(Object.keys(readValues(fieldsOf(SCHEMA), {}).errors), ["duration", "channels"]);
    assert.equal(readValues(fieldsOf(SCHEMA), { duration: "5s", channels: "1.5" }).valid, false);
    const broken = fieldsOf({ properties: { x: { type: "string", pattern: "(" } } });
    assert.equal(readValues(broken, { x: "the gateway decides" }).valid, true);
});

test("a gap in the history is a gap in the line", () => {
    const point = (at, avg) => ({ at, avg, min: avg - 1, max: avg + 1, gap: false });
    const gap = (at) => ({ at, avg: null, min: null, max: null, gap: true });
    const now = 200_000;
    const drawn = plotOf([point(10_000, 1), point(100_000, 10), point(102_000, 12), gap(104_000), point(106_000, 11)], {
        now,
        span: 120_000,
    });
    assert.equal(drawn.line.match(/M/g).length, 2);
    assert.equal(drawn.points, 3);
    assert.notEqual(drawn.dot, "");
    assert.equal(plotOf([point(100_000, 1), gap(102_000)], { now, span: 120_000 }).dot, "");
    assert.deepEqual(plotOf([], { now, span: 120_000 }).line, "");
});

test("a plot stays in its picture, keeps a flat line flat, and has room for the limit", () => {
    const flat = Array.from({ length: 60 }, (_, index) => ({
        at: index * 2_000,
        avg: -70,
        min: -70,
        max: -70,
        gap: false,
    }));
    const drawn = plotOf(flat, { now: 118_000, span: 120_000, threshold: -85 });
    const numbers = drawn.line.match(/-?[0-9.]+/g).map(Number);
    assert.ok(numbers.every((each) => each >= 0 && each <= PLOT.width));
    assert.ok(drawn.low <= -85 && drawn.high >= -70);
    assert.ok(
        plotOf(flat, { now: 118_000, span: 120_000 }).high - plotOf(flat, { now: 118_000, span: 120_000 }).low >= 1,
    );
});

const STATE = {
    ready: true,
    interactionId: "i",
    addressProblem: null,
    hasToken: true,
    quickstart: null,
    stream: { kind: "connecting" },
    model: { session: null },
    picking: false,
    opening: false,
};
const panels = (changes) => panelsOf({ ...STATE, ...changes });

test("there is always exactly one thing to look at, and a session stays in sight when its stream is lost", () => {
    assert.equal(panels({ ready: false }).notice.kind, "connecting");
    assert.equal(panels({}).notice.kind, "connecting");
    assert.equal(panels({ interactionId: null, addressProblem: "missing" }).notice.kind, "missing");
    assert.equal(panels({ interactionId: null, addressProblem: "malformed" }).notice.kind, "malformed");
    assert.equal(panels({ stream: { kind: "no_session" } }).notice.kind, "no_session");
    assert.equal(panels({ stream: { kind: "lost" } }).notice.kind, "lost");
    assert.deepEqual(panels({ hasToken: false }), { live: false, token: true, start: false, notice: null });
    assert.deepEqual(panels({ model: { session: {} }, stream: { kind: "lost" } }), {
        live: true,
        token: false,
        start: false,
        notice: null,
    });
    assert.deepEqual(panels({ model: { session: {} }, hasToken: false }), {
        live: true,
        token: true,
        start: false,
        notice: null,
    });
});

test("the picker is the quickstart's alone", () => {
    const quickstart = { devices: [] };
    assert.equal(panels({ interactionId: null, quickstart }).start, true);
    assert.equal(panels({ stream: { kind: "no_session" }, quickstart }).start, true);
    assert.equal(panels({ stream: { kind: "no_session" }, quickstart, opening: true }).notice.kind, "connecting");
    assert.equal(panels({ model: { session: {} }, quickstart, picking: true }).live, false);
});

test("refusals, outcomes and reasons are sentences, with the code for the help desk", () => {
    assert.equal(
        problemWords({ status: 403, code: "role_required" }),
        "This command needs a senior technician. (role_required)",
    );
    assert.equal(
        problemWords({ status: 429, code: "rate_limited", retryAfter: 3 }),
        "Too many requests. Try again in 3 s. (rate_limited)",
    );
    assert.equal(problemWords({ status: 418, code: "teapot", detail: "I am one." }), "I am one. (teapot)");
    assert.match(outcomeWords("unknown").text, /may or may not/);
    const outcomes = ["ok", "error", "timed_out", "cancelled", "expired", "session_closed", "executed", "not_executed"];
    assert.deepEqual(
        outcomes.map((outcome) => outcomeWords(outcome).word),
        ["Done", "Failed", "No answer", "Cancelled", "Expired", "Dropped", "It did run", "It did not run"],
    );
    assert.equal(reasonWords("device_auth"), "The device refused its credentials. (device_auth)");
    assert.equal(reasonWords(null), null);
    assert.equal(reasonWords("requested"), "Ended on request.");
    assert.deepEqual(
        ["conversation_ended", "idle", "max_age", "backend_ended"].filter((end) => /[(_)]/.test(reasonWords(end))),
        [],
        "an ordinary end is said without its code",
    );
    assert.equal(reasonWords("moon_phase"), "Moon phase. (moon_phase)");
});
