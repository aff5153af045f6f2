// snapshots, command events and our own 202s ──▶ what waits, what runs, what came out

const RANK = { QUEUED: 0, SENT: 1, ACKNOWLEDGED: 2, DONE: 3 };
const SETTLED = ["executed", "not_executed"];
const MAX_FINISHED = 50;

/** For how long a 202 of ours is believed although a snapshot, made a moment before it, does not have it yet. */
const BELIEVED_MILLIS = 10_000;

/** Notes a command that the gateway has just taken. */
export function accepted(log, answer, params, now) {
    const known = log.get(answer.commandId);
    if (known) {
        return new Map(log).set(answer.commandId, { ...known, params: known.params ?? params });
    }
    const { commandId, command, position = null } = answer;
    return new Map(log).set(commandId, { ...blank(), commandId, command, params, position, mentionedAt: now });
}

/** Takes a `command` event; a state never goes back, except that another attempt is sent anew. */
export function foldCommand(log, event, now) {
    if (!event?.commandId || !(event.state in RANK)) {
        return log;
    }
    const known = log.get(event.commandId) ?? { ...blank(), commandId: event.commandId, command: event.command };
    if (isOlder(known, event)) {
        return log;
    }
    const fresh = {
        state: event.state,
        attempt: event.attempt ?? known.attempt,
        percent: event.percent ?? null,
        outcome: event.outcome ?? null,
        data: event.data ?? null,
        error: event.error ?? null,
        at: event.at ?? known.at,
        mentionedAt: now,
    };
    const sameRun = event.state !== "DONE" && known.attempt === fresh.attempt;
    fresh.percent = sameRun ? (fresh.percent ?? known.percent) : fresh.percent;
    return bounded(new Map(log).set(event.commandId, { ...known, ...fresh }));
}

/** Takes a session snapshot: its queue is the whole queue, so what it no longer names does not wait any more. */
export function foldSnapshot(log, { queue, results }, now) {
    let next = new Map();
    const named = new Set([...queue, ...results].map((each) => each.commandId));
    for (const [id, entry] of log) {
        if (entry.state === "DONE" || named.has(id) || now - entry.mentionedAt < BELIEVED_MILLIS) {
            next.set(id, entry);
        }
    }
    for (const waiting of queue) {
        const known = next.get(waiting.commandId) ?? { ...blank(), commandId: waiting.commandId };
        const state = known.state === "DONE" || RANK[known.state] > RANK[waiting.state] ? known.state : waiting.state;
        next.set(waiting.commandId, { ...known, ...waiting, state, mentionedAt: now });
    }
    for (const result of results) {
        next = foldCommand(next, { ...result, state: "DONE" }, now);
    }
    return bounded(next);
}

/** What runs, then what waits in its order; `place` is 0 for the next one and null for one that runs. */
export function unfinished(log) {
    const open = [...log.values()].filter((entry) => entry.state !== "DONE");
    const running = open.filter((entry) => entry.state !== "QUEUED");
    const queued = open.filter((entry) => entry.state === "QUEUED");
    queued.sort((a, b) => (a.position ?? Infinity) - (b.position ?? Infinity) || 0);
    return [
        ...running.map((entry) => ({ ...entry, place: null })),
        ...queued.map((entry, place) => ({ ...entry, place })),
    ];
}

/** What has come out, the newest first. */
export function finished(log) {
    const done = [...log.values()].filter((entry) => entry.state === "DONE");
    return done.sort((a, b) => timeOf(b) - timeOf(a));
}

function isOlder(known, event) {
    if ((event.attempt ?? 0) > (known.attempt ?? 0) && known.state !== "DONE") {
        return false;
    }
    const settledAlready = SETTLED.includes(known.outcome) && !SETTLED.includes(event.outcome);
    return RANK[event.state] < RANK[known.state] || settledAlready;
}

function bounded(log) {
    const tooMany = finished(log).slice(MAX_FINISHED);
    tooMany.forEach((entry) => log.delete(entry.commandId));
    return log;
}

function timeOf(entry) {
    return Date.parse(entry.at) || 0;
}

function blank() {
    return {
        command: null,
        params: null,
        state: "QUEUED",
        position: null,
        waitingFor: null,
        attempt: null,
        percent: null,
        outcome: null,
        data: null,
        error: null,
        at: null,
        mentionedAt: 0,
    };
}
