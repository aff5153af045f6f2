// session and presence ──▶ the bar that is always in sight

import { shownPresence } from "./availability.js";
import { chip } from "./chip.js";
import { el, mark, show, write } from "./dom.js";
import { age } from "./format.js";
import { presenceWords, reasonWords, stateWords } from "./words.js";

/** A device that is said to be live but sends nothing for this long gets a remark. */
const SILENCE_MILLIS = 12_000;

/** The device's name, its presence, the session's state and the end button. */
export function headerView(page, { onClose }) {
    const presence = chip({ class: "chip-large", data: { testid: "presence" } });
    const seen = el("span", { class: "seen", data: { testid: "last-seen" } });
    const state = chip({ data: { testid: "state" } });
    const reason = el("span", { class: "reason", data: { testid: "reason" } });
    const close = el("button", {
        type: "button",
        class: "button-quiet",
        text: "End session",
        data: { testid: "close-session" },
        on: { click: onClose },
    });
    page.status.append(
        el("div", { class: "bar-presence" }, presence.root, seen),
        el("div", { class: "bar-state" }, el("span", { class: "label", text: "Session" }), state.root, close),
        reason,
    );

    const renderSession = ({ model: { session, lastSeen, lastData }, stream, now }) => {
        const status = shownPresence(stream, session);
        presence.set(presenceWords(status));
        mark(presence.root, "data-status", status);
        write(seen, seenWords(status, { lastSeen, lastData, now }));
        state.set(stateWords(session.state));
        mark(state.root, "data-state", session.state);
        const why = reasonWords(session.reason);
        write(reason, why);
        mark(reason, "data-state", session.state);
        show(reason, why !== null);
        show(close, session.state !== "CLOSED");
    };

    return {
        render(screen) {
            const { session } = screen.model;
            write(page.device, session ? deviceTitle(screen) : "Probeline");
            write(page.interaction, session ? subtitle(screen) : "See the appliance while you talk");
            show(page.status, session !== null);
            if (session) {
                renderSession(screen);
            }
            document.title = session
                ? `${deviceTitle(screen)} · ${presenceWords(shownPresence(screen.stream, session)).word}`
                : "Probeline";
        },
    };
}

function deviceTitle({ model, quickstart }) {
    const known = quickstart?.devices.find((device) => device.deviceId === model.session.deviceId);
    return known?.title ?? model.session.deviceId;
}

function subtitle(screen) {
    const { deviceId, interactionId } = screen.model.session;
    return deviceTitle(screen) === deviceId
        ? `Interaction ${interactionId}`
        : `${deviceId} · interaction ${interactionId}`;
}

function seenWords(status, { lastSeen, lastData, now }) {
    const since = (time) => age(now - time);
    switch (status) {
        case "LIVE":
            if (lastData === null) {
                return "connected, no values yet";
            }
            return now - lastData > SILENCE_MILLIS
                ? `connected, but the last values came ${since(lastData)}`
                : `values ${since(lastData)}`;
        case "SUSPECT":
            return lastSeen === null
                ? "a heartbeat is missing"
                : `a heartbeat is missing, last seen ${since(lastSeen)}`;
        case "NOT_YET":
            return "waiting for the device";
        case "ENDED":
            return "";
        default:
            return lastSeen === null ? "not seen yet" : `last seen ${since(lastSeen)}`;
    }
}
