// the gateway's event stream ──▶ events, and an honest word on how fresh they are

import { backoffMillis } from "./backoff.js";
import { EventStreamParser } from "./sse.js";

/** The gateway writes at least a comment every 15 s; these are its promises plus the patience for a slow network. */
export const TIMING = { quietAfter: 18_000, lostAfter: 35_000, sessionDue: 10_000, lookAgain: 4_000, check: 1_000 };

/**
 * Follows one interaction's event stream for as long as it is wanted.
 *
 * `EventSource` cannot send an Authorization header, hence fetch. The status is `live` only from the first `session`
 * event of a connection on: before it, what is on the screen belongs to an older connection. Other statuses:
 * `connecting`, `quiet` (a comment is overdue), `lost` (reconnecting), `no_session` (looking again),
 * `unauthenticated`, `refused` and `ended` (these three are final). `freshAt` is when the last byte came.
 */
export class LiveStream {
    #open;
    #onEvent;
    #onStatus;
    #timing;
    #status = { kind: "connecting" };
    #lastEventId = "";
    #attempt = 0;
    #retryMillis = 0;
    #stopped = false;
    #endExpected = false;
    #connection = null;
    #wake = null;

    /** `open(lastEventId, signal)` answers the Response, or rejects; `onEvent` gets `{type, data, id}` with data parsed. */
    constructor({ open, onEvent, onStatus, timing = TIMING }) {
        this.#open = open;
        this.#onEvent = onEvent;
        this.#onStatus = onStatus;
        this.#timing = timing;
    }

    /** Connects, and reconnects until a final status or `stop`. */
    async run() {
        while (!this.#stopped) {
            const end = await this.#connect();
            if (this.#stopped) {
                return;
            }
            const status = this.#endExpected ? { ...end.status, kind: "ended" } : end.status;
            this.#report(status);
            if (["ended", "unauthenticated", "refused"].includes(status.kind)) {
                return;
            }
            this.#attempt = end.wasLive ? 1 : this.#attempt + 1;
            await this.#pause(
                end.waitMillis ?? Math.max(this.#retryMillis, backoffMillis(this.#attempt, Math.random())),
            );
        }
    }

    /** Says whether the session is closed, so that an end of the stream is no loss. */
    expectEnd(expected) {
        this.#endExpected = expected;
    }

    /** Ends the waiting before the next attempt, because somebody asked or the network is back. */
    retryNow() {
        this.#wake?.();
    }

    /** Looks at the clock at once: after a laptop has slept, timers may be late. */
    check() {
        this.#connection?.check();
    }

    /** Gives the connection up, and with it every further report. */
    stop() {
        this.#stopped = true;
        this.#connection?.controller.abort();
        this.#wake?.();
    }

    async #connect() {
        const connection = this.#watched();
        this.#connection = connection;
        try {
            const response = await this.#open(this.#lastEventId, connection.controller.signal);
            connection.sawBytes();
            if (!response.ok) {
                return await this.#refusal(response);
            }
            await this.#read(response.body.getReader(), connection);
        } catch (failure) {
            // A reset, a time-out of ours, an oversized event: the answer to each is a new connection.
            connection.failure = failure;
        } finally {
            clearInterval(connection.timer);
            connection.controller.abort();
            this.#connection = null;
        }
        const freshAt = connection.live ? connection.lastByte : undefined;
        return { status: { kind: "lost", failure: connection.failure, freshAt }, wasLive: connection.live };
    }

    async #read(reader, connection) {
        const parser = new EventStreamParser();
        const decoder = new TextDecoder();
        for (;;) {
            const { done, value } = await reader.read();
            if (done || this.#stopped) {
                return;
            }
            connection.sawBytes();
            for (const event of parser.push(decoder.decode(value, { stream: true }))) {
                this.#deliver(event, connection);
            }
            this.#retryMillis = Math.min(parser.retryMillis ?? this.#retryMillis, this.#timing.lostAfter);
        }
    }

    #deliver(event, connection) {
        this.#lastEventId = event.id || this.#lastEventId;
        const first = !connection.live && event.type === "session";
        let data;
        try {
            data = JSON.parse(event.data);
        } catch (failure) {
            // One broken event must not end the view of a call; the next snapshot repairs it.
            console.warn("probeline: an event that is not JSON was skipped", event.type, failure);
            return;
        }
        this.#onEvent({ type: event.type, data, id: event.id, first });
        if (first) {
            connection.live = true;
            this.#report({ kind: "live" });
        }
    }

    #watched() {
        const controller = new AbortController();
        const connection = { controller, live: false, failure: null, lastByte: Date.now(), since: Date.now() };
        connection.sawBytes = () => {
            connection.lastByte = Date.now();
            if (connection.live && this.#status.kind === "quiet") {
                this.#report({ kind: "live" });
            }
        };
        connection.check = () => this.#checkClock(connection);
        connection.timer = setInterval(connection.check, this.#timing.check);
        return connection;
    }

    #checkClock(connection) {
        const now = Date.now();
        const silent = now - connection.lastByte;
        if (silent >= this.#timing.lostAfter) {
            connection.controller.abort(new Error("the stream is silent"));
        } else if (!connection.live && now - connection.since >= this.#timing.sessionDue && this.#lastEventId) {
            // A resumed stream that does not begin with the session tells us nothing certain: begin anew.
            this.#lastEventId = "";
            connection.controller.abort(new Error("the stream does not begin with the session"));
        } else if (connection.live && silent >= this.#timing.quietAfter && this.#status.kind === "live") {
            this.#report({ kind: "quiet", freshAt: connection.lastByte });
        }
    }

    async #refusal(response) {
        const problem = await response.problem();
        const wait = problem.retryAfter === null ? undefined : problem.retryAfter * 1_000;
        switch (true) {
            case problem.status === 401:
                return { status: { kind: "unauthenticated", problem }, wasLive: false };
            case problem.status === 404:
                this.#lastEventId = "";
                return { status: { kind: "no_session", problem }, wasLive: false, waitMillis: this.#lookAgainMillis() };
            case problem.status === 429 || problem.status >= 500:
                return { status: { kind: "lost", problem }, wasLive: false, waitMillis: wait };
            default:
                return { status: { kind: "refused", problem }, wasLive: false };
        }
    }

    /** Soon at first, because a session that was just asked for is on its way; then calmly. */
    #lookAgainMillis() {
        return Math.min(this.#timing.lookAgain, 500 * 2 ** Math.min(this.#attempt, 10));
    }

    #report(status) {
        this.#status = status;
        this.#onStatus(status);
    }

    #pause(millis) {
        return new Promise((resolve) => {
            const timer = setTimeout(resolve, millis);
            this.#wake = () => {
                clearTimeout(timer);
                resolve();
            };
        });
    }
}
