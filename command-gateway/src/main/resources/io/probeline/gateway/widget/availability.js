// (command, session, stream) ──▶ may it be pressed, and if not, why

import { notAllowedWords } from "./words.js";

const OUT = { DISCONNECTED: "The device is disconnected", NOT_YET: "The device is not connected yet" };
const UNSETTLED = { sending: "Sending…", uncertain: "No answer came; see the activity list" };

/** A reason in words why a command cannot be given now, or null where it can. */
export function whyBlocked(command, { stream, session, sending }) {
    if (!command.allowed) {
        return notAllowedWords(command.reason);
    }
    return whyDeviceIsOut({ stream, session }) ?? UNSETTLED[sending.get(command.command)] ?? null;
}

/** The presence that may be shown: what the gateway said last counts only while the stream is fresh. */
export function shownPresence(stream, session) {
    if (session === null) {
        return "UNKNOWN";
    }
    if (session.state === "CLOSED") {
        return "ENDED";
    }
    return stream.kind === "live" ? saidPresence(session) : "UNKNOWN";
}

/** What the gateway says; a device that has never been there is not lost, it is on its way. */
export function saidPresence({ state, presence }) {
    const status = presence?.status ?? "UNKNOWN";
    return status === "DISCONNECTED" && state === "INITIATED" && presence.lastSeen === null ? "NOT_YET" : status;
}

/** True while a command that can do harm has to be confirmed first. */
export function needsConfirmation(command) {
    return command.safety !== "repeatable" || command.risk === "high";
}

function whyDeviceIsOut({ stream, session }) {
    if (session === null) {
        return "No session";
    }
    switch (session.state) {
        case "CLOSED":
            return "The session has ended";
        case "ERROR":
            return "The session has failed";
        case "DISCONNECTED":
            return "The device is disconnected";
    }
    if (stream.kind !== "live") {
        return stream.kind === "quiet" ? "Checking the live view" : "The live view is lost";
    }
    return OUT[saidPresence(session)] ?? null;
}
