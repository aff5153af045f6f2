// codes of the contract ──▶ what an agent can say to a customer

import { title } from "./format.js";

/** A tone is a colour and a shape together; see `icons.js`. */
const STATES = {
    INITIATED: { word: "Starting", tone: "busy", text: "The session is being opened." },
    RUNNING: { word: "Running", tone: "info", text: "Commands are being worked on." },
    COMPLETED: { word: "Ready", tone: "ok", text: "Everything asked for has been done." },
    ERROR: { word: "Error", tone: "critical", text: "The session cannot go on." },
    DISCONNECTED: { word: "Disconnected", tone: "critical", text: "The device cannot be reached. Commands wait." },
    CLOSED: { word: "Closed", tone: "quiet", text: "The session has ended." },
};

const REASONS = {
    device_auth: "The device refused its credentials.",
    device_unknown: "The device is not known to its backend.",
    device_protocol: "The device keeps sending data that cannot be read.",
};

/** How a session may end without anything having gone wrong. */
const ENDS = {
    requested: "Ended on request.",
    conversation_ended: "Ended with the call.",
    idle: "Ended because nobody was using it.",
    max_age: "Ended because it had been open for as long as a session may be.",
    backend_ended: "Ended by the device's side.",
};

const PRESENCES = {
    LIVE: { word: "Live", tone: "ok" },
    SUSPECT: { word: "Suspect", tone: "warn" },
    DISCONNECTED: { word: "Disconnected", tone: "critical" },
    NOT_YET: { word: "Connecting", tone: "busy" },
    UNKNOWN: { word: "Unknown", tone: "unknown" },
    ENDED: { word: "Ended", tone: "quiet" },
};

const LEVELS = {
    ok: { word: "OK", tone: "ok" },
    warn: { word: "Warning", tone: "warn" },
    critical: { word: "Critical", tone: "critical" },
};

const OUTCOMES = {
    ok: { word: "Done", tone: "ok", text: null },
    error: { word: "Failed", tone: "critical", text: "The device reported an error." },
    timed_out: { word: "No answer", tone: "warn", text: "The device did not answer in time." },
    cancelled: { word: "Cancelled", tone: "quiet", text: "Cancelled on request." },
    expired: { word: "Expired", tone: "quiet", text: "Its time was over before it could be sent. It did not run." },
    session_closed: { word: "Dropped", tone: "quiet", text: "The session ended first." },
    unknown: {
        word: "Not known",
        tone: "unknown",
        text: "The connection broke while it ran. It may or may not have run; it is not sent again by itself.",
    },
    executed: {
        word: "It did run",
        tone: "ok",
        text: "The connection broke, but a check of the device shows that it ran.",
    },
    not_executed: {
        word: "It did not run",
        tone: "warn",
        text: "The connection broke, and a check of the device shows that it did not run.",
    },
};

const LINES = {
    WAITING: { word: "Waiting", tone: "busy" },
    WRITTEN: { word: "Written", tone: "ok" },
    MERGED: { word: "Merged into a later line", tone: "info" },
    GIVEN_UP: { word: "Not written", tone: "critical" },
};

const PROBLEMS = {
    malformed: "The request was not understood.",
    unauthenticated: "Your sign-in is missing or has expired.",
    command_not_allowed: "This command does not exist here.",
    role_required: "This command needs a senior technician.",
    agent_mismatch: "This request belongs to another agent.",
    not_owner: "The device does not belong to this customer.",
    no_session: "There is no session for this interaction.",
    device_busy: "The device is in another interaction's session.",
    interaction_busy: "This interaction has an open session for another device.",
    no_command: "The session has no such command.",
    command_done: "The command has ended already.",
    queue_full: "Too many commands wait already.",
    insufficient_scope: "Your sign-in does not allow this.",
    internal: "The gateway has met a fault.",
    uncertain: "Nobody can say yet whether it was taken.",
    session_closed: "The session has ended.",
    idempotency_conflict: "The same request was sent before with other content.",
    unreachable: "The gateway cannot be reached.",
    http_401: "Your sign-in is missing or has expired.",
    http_404: "There is no session for this interaction.",
    http_413: "The request is too large.",
    http_415: "The request was not understood.",
    http_429: "Too many requests.",
    http_503: "Not available at the moment. Nothing was recorded and nothing will run.",
};

const NOT_ALLOWED = { role_required: "Needs a senior technician" };

export const stateWords = (state) => STATES[state] ?? { word: title(state ?? "unknown"), tone: "unknown", text: "" };
export const presenceWords = (status) => PRESENCES[status] ?? PRESENCES.UNKNOWN;
export const outcomeWords = (outcome) =>
    OUTCOMES[outcome] ?? { word: title(outcome ?? "done"), tone: "unknown", text: null };
export const lineWords = (state) => LINES[state] ?? { word: title(state ?? ""), tone: "unknown" };

/** A metric without a rule has no level: it is neither good nor bad. */
export const levelWords = (level) => LEVELS[level] ?? { word: "No limit set", tone: "quiet" };

/** Why a session is in its state. An ordinary end needs no code for the help desk; a reason that this version does not know is shown as it came. */
export function reasonWords(reason) {
    if (Object.hasOwn(ENDS, reason ?? "")) {
        return ENDS[reason];
    }
    return reason ? `${REASONS[reason] ?? title(reason) + "."} (${reason})` : null;
}

/** Why the catalogue does not allow a command to this caller. */
export function notAllowedWords(reason) {
    return NOT_ALLOWED[reason] ?? (reason ? `Not allowed: ${title(reason).toLowerCase()}` : "Not allowed");
}

/** A refusal in words, always with its code, so that a help desk can be told it. */
export function problemWords(problem) {
    const known = PROBLEMS[problem.code] ?? PROBLEMS[`http_${problem.status}`];
    const sentence = known ?? problem.detail ?? "Something went wrong.";
    const detail = known && problem.code === "malformed" && problem.detail ? ` ${problem.detail}` : "";
    const again = problem.retryAfter ? ` Try again in ${problem.retryAfter} s.` : "";
    return `${sentence}${detail}${again} (${problem.code})`;
}

/** What the device said about a failure. */
export function deviceErrorWords(error) {
    if (error === null || error === undefined) {
        return null;
    }
    if (typeof error === "string") {
        return error;
    }
    return [error.message, error.code ? `(${error.code})` : null].filter(Boolean).join(" ");
}
