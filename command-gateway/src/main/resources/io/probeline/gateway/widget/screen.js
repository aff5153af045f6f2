// what is known ──▶ which panels are on the screen

import { problemWords } from "./words.js";

const CONNECTING = notice("connecting", "Connecting…", "The first values come within a few seconds.");

/** The panels to show: the picker, the token form, the live view, and at most one notice. */
export function panelsOf(state) {
    if (!state.ready) {
        return { live: false, token: false, start: false, notice: CONNECTING };
    }
    const { interactionId, hasToken, quickstart, stream, model, picking } = state;
    const watching = interactionId !== null && !picking;
    const live = watching && model.session !== null;
    const token = watching && (!hasToken || stream.kind === "unauthenticated");
    const nothingToWatch = interactionId === null || (stream.kind === "no_session" && !live);
    const start = quickstart !== null && !state.opening && (picking || nothingToWatch);
    return { live, token, start, notice: live || token || start ? null : noticeOf(state) };
}

function noticeOf({ addressProblem, stream, interactionId, opening }) {
    if (addressProblem === "malformed") {
        return notice(
            "malformed",
            "This interaction cannot be read",
            "The address holds no valid interaction id. Open the panel from the conversation.",
        );
    }
    if (interactionId === null) {
        return notice(
            "missing",
            "No interaction selected",
            "Open this panel from a conversation; it shows the appliance of that call.",
        );
    }
    if (stream.kind === "no_session" && !opening) {
        const text = "It appears here by itself as soon as the call flow opens one.";
        return { ...notice("no_session", "No session for this interaction", text), retry: true };
    }
    if (stream.kind === "refused") {
        return { ...notice("refused", "The live view cannot be opened", problemWords(stream.problem)), retry: true };
    }
    if (stream.kind === "lost") {
        const why = stream.problem ? problemWords(stream.problem) : "The gateway cannot be reached. Trying again…";
        return { ...notice("lost", "Not connected", why), retry: true };
    }
    return opening ? { ...CONNECTING, heading: "Opening the session…" } : CONNECTING;
}

function notice(kind, heading, text) {
    return { kind, heading, text, retry: false };
}
