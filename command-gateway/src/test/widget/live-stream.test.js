import assert from "node:assert/strict";
import { test } from "node:test";
import { LiveStream } from "../../main/resources/io/probeline/gateway/widget/live-stream.js";

const SESSION = 'id: 1\nevent: session\ndata: {"state":"RUNNING"}\n\n';
const QUICK = { quietAfter: 60, lostAfter: 150, sessionDue: 40, lookAgain: 5, check: 5 };

/** A gateway that answers each connection with the next of its scripts, and notes what it was asked. */
function gateway(...scripts) {
    const asked = [];
    const open = (lastEventId, signal) => {
        asked.push(lastEventId);
        return Promise.resolve(scripts[Math.min(asked.length, scripts.length) - 1](signal));
    };
    return { open, asked };
}

const refuses = (status) => (signal) => ({
    ok: false,
    problem: async () => {
        // As with a real body: once the connection is given up, it cannot be read any more.
        await Promise.resolve();
        return { status, code: signal.aborted ? "unreadable" : `s${status}`, retryAfter: null };
    },
});

const says =
    (text, { thenEnds = false } = {}) =>
    (signal) => {
        const body = new ReadableStream({
            start(controller) {
                controller.enqueue(new TextEncoder().encode(text));
                if (thenEnds) {
                    controller.close();
                }
                signal.addEventListener("abort", () => !thenEnds && controller.error(signal.reason));
            },
        });
        return { ok: true, body };
    };

/** Follows until the statuses end with the given ones; a hang fails by the test's own time limit. */
async function followed({ open }, last, { timing = QUICK, onEvent = () => {} } = {}) {
    const statuses = [];
    await new Promise((resolve) => {
        const stream = new LiveStream({
            open,
            timing,
            onEvent: (event) => onEvent(event, stream),
            onStatus: (status) => {
                statuses.push(status.kind);
                if (last.every((kind, index) => statuses.at(index - last.length) === kind)) {
                    stream.stop();
                    resolve();
                }
            },
        });
        stream.run();
    });
    return statuses;
}

const LIMIT = { timeout: 10_000 };

test("an end of the stream is a loss, and the next connection resumes where it ended", LIMIT, async () => {
    const server = gateway(says(SESSION, { thenEnds: true }), says(SESSION));
    assert.deepEqual(await followed(server, ["live", "lost", "live"]), ["live", "lost", "live"]);
    assert.deepEqual(server.asked, ["", "1"]);
});

test("silence is first doubted, then a loss", LIMIT, async () => {
    const server = gateway(says(SESSION));
    assert.deepEqual(await followed(server, ["lost"]), ["live", "quiet", "lost"]);
});

test("a stream is live only from its session on, and a resumed one without it is begun anew", LIMIT, async () => {
    const server = gateway(says(SESSION, { thenEnds: true }), says(": only a comment\n\n"), says(SESSION));
    assert.deepEqual(await followed(server, ["lost", "lost", "live"]), ["live", "lost", "lost", "live"]);
    assert.deepEqual(server.asked, ["", "1", ""]);
});

test("no session yet is looked for again; no right to it is final", LIMIT, async () => {
    assert.deepEqual(await followed(gateway(refuses(404), says(SESSION)), ["live"]), ["no_session", "live"]);
    assert.deepEqual(await followed(gateway(refuses(401)), ["unauthenticated"]), ["unauthenticated"]);
    assert.deepEqual(await followed(gateway(refuses(400)), ["refused"]), ["refused"]);
});

test("what the gateway says about a refusal is read", LIMIT, async () => {
    let problem = null;
    const { open } = gateway(refuses(401));
    await new LiveStream({
        open,
        timing: QUICK,
        onEvent: () => {},
        onStatus: (status) => (problem = status.problem),
    }).run();
    assert.equal(problem.code, "s401");
});

test("a gateway in trouble, and one that cannot be reached, are tried again", LIMIT, async () => {
    const unreachable = () => Promise.reject(new TypeError("network"));
    const statuses = await followed(gateway(refuses(503), unreachable, says(SESSION)), ["live"]);
    assert.deepEqual(statuses, ["lost", "lost", "live"]);
});

test("the end of a closed session's stream is no loss", LIMIT, async () => {
    const server = gateway(says(SESSION, { thenEnds: true }));
    const statuses = await followed(server, ["ended"], { onEvent: (event, stream) => stream.expectEnd(true) });
    assert.deepEqual(statuses, ["live", "ended"]);
});

test("an event that is not JSON is skipped and the stream goes on", LIMIT, async (context) => {
    const warnings = context.mock.method(console, "warn", () => {});
    const types = [];
    await followed(gateway(says("event: alert\ndata: {nonsense\n\n" + SESSION)), ["live"], {
        onEvent: (event) => types.push(event.type),
    });
    assert.deepEqual(types, ["session"]);
    assert.equal(warnings.mock.callCount(), 1);
});
