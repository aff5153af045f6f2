// the gateway's HTTP API, version 1, as the widget uses it

import { backoffMillis } from "./backoff.js";

const ATTEMPT_TIMEOUT_MILLIS = 15_000;

/** What the gateway refused, or that it could not be reached; `uncertain` when the request may have been taken. */
export class ApiProblem extends Error {
    constructor({ status, code, detail = null, retryAfter = null, uncertain = false }) {
        super(detail ?? code);
        this.status = status;
        this.code = code;
        this.detail = detail;
        this.retryAfter = retryAfter;
        this.uncertain = uncertain;
    }

    /** Reads `application/problem+json`; an answer that is something else (a proxy's page) keeps its status only. */
    static async of(response) {
        const seconds = Number(response.headers.get("Retry-After") ?? NaN);
        const body = await response.json().catch(() => ({}));
        return new ApiProblem({
            status: response.status,
            code: typeof body?.code === "string" ? body.code : `http_${response.status}`,
            detail: typeof body?.detail === "string" ? body.detail : null,
            retryAfter: Number.isFinite(seconds) ? seconds : null,
        });
    }
}

/** One caller's view of the gateway; the token is asked for at each call, because it can change. */
export class Api {
    #token;
    #base;
    #onDate;

    constructor({ token, base, onDate = () => {} }) {
        this.#token = token;
        this.#base = base;
        this.#onDate = onDate;
    }

    async catalogue() {
        const body = await this.#json("GET", "v1/diagnostics/commands", { attempts: 3 });
        return Array.isArray(body?.commands) ? body.commands : [];
    }

    /** Runs a command once, however often the network makes us ask: every attempt carries the same key. */
    execute({ interactionId, command, params, key }) {
        const body = params === null ? { interactionId, command } : { interactionId, command, params };
        return this.#json("POST", "v1/diagnostics/execute", { body, key, attempts: 4 });
    }

    initiate(request, { token, key }) {
        return this.#json("POST", "v1/diagnostics/initiate", { body: request, key, token, attempts: 4 });
    }

    cancel(interactionId, commandId) {
        const path = `v1/diagnostics/sessions/${part(interactionId)}/commands/${part(commandId)}`;
        return this.#json("DELETE", path, { attempts: 3 });
    }

    close(interactionId) {
        const path = `v1/diagnostics/sessions/${part(interactionId)}/close`;
        return this.#json("POST", path, { body: {}, attempts: 3 });
    }

    /** Opens the event stream; the Response also has `problem()`, so that the reader needs to know no header. */
    async events(interactionId, lastEventId, signal) {
        const headers = { Accept: "text/event-stream", Authorization: `Bearer ${this.#token()}` };
        if (lastEventId) {
            headers["Last-Event-ID"] = lastEventId;
        }
        const response = await fetch(this.#url(`v1/diagnostics/sessions/${part(interactionId)}/events`), {
            headers,
            signal,
            cache: "no-store",
            credentials: "omit",
        });
        this.#onDate(response.headers.get("Date"));
        return Object.assign(response, { problem: () => ApiProblem.of(response) });
    }

    /** What only the quickstart serves: its devices and demo tokens; null everywhere else. */
    async quickstart() {
        try {
            const response = await fetch(this.#url("widget/quickstart.json"), {
                cache: "no-store",
                credentials: "omit",
            });
            return response.ok ? await response.json() : null;
        } catch {
            // Unreachable is the stream's to say; without an answer there is simply no demo to offer.
            return null;
        }
    }

    async #json(method, path, { body, key, token, attempts }) {
        const request = { method, headers: this.#headers(body, key, token), cache: "no-store", credentials: "omit" };
        if (body !== undefined) {
            request.body = JSON.stringify(body);
        }
        let uncertain = false;
        for (let attempt = 1; ; attempt++) {
            const answer = await this.#attempt(path, request);
            if (answer.ok) {
                return answer.body;
            }
            uncertain ||= mayHaveBeenTaken(answer.problem);
            if (attempt >= attempts || !isPassing(answer.problem)) {
                answer.problem.uncertain = uncertain && !isVerdict(answer.problem);
                throw answer.problem;
            }
            await new Promise((resolve) => setTimeout(resolve, backoffMillis(attempt, Math.random())));
        }
    }

    async #attempt(path, request) {
        try {
            const signal = AbortSignal.timeout(ATTEMPT_TIMEOUT_MILLIS);
            const response = await fetch(this.#url(path), { ...request, signal });
            this.#onDate(response.headers.get("Date"));
            if (!response.ok) {
                return { ok: false, problem: await ApiProblem.of(response) };
            }
            const text = await response.text();
            return { ok: true, body: text === "" ? null : JSON.parse(text) };
        } catch {
            return { ok: false, problem: new ApiProblem({ status: 0, code: "unreachable" }) };
        }
    }

    #headers(body, key, token) {
        const headers = { Accept: "application/json", Authorization: `Bearer ${token ?? this.#token()}` };
        if (body !== undefined) {
            headers["Content-Type"] = "application/json";
        }
        if (key) {
            headers["Idempotency-Key"] = key;
        }
        return headers;
    }

    #url(path) {
        return new URL(path, this.#base);
    }
}

function part(id) {
    return encodeURIComponent(id);
}

function isPassing(problem) {
    return problem.status === 0 || [502, 503, 504].includes(problem.status);
}

/** 503 says that nothing was recorded; any other failure on the way, or of the gateway itself, leaves it open. */
function mayHaveBeenTaken({ status }) {
    return status === 0 || (status >= 500 && status !== 503);
}

/** What the gateway has decided holds for the attempts before as well: they carried the same key. */
function isVerdict({ status }) {
    return status >= 400 && status < 500 && status !== 429;
}
