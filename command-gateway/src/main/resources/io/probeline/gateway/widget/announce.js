// (what was known, what is known) ──▶ what a screen reader should say

import { saidPresence } from "./availability.js";
import { title } from "./format.js";
import { outcomeWords, presenceWords, stateWords } from "./words.js";

/** Sentences about what changed; `urgent` ones may interrupt. */
export function announcements(before, after) {
    return [...aboutPresence(before, after), ...aboutAlerts(before, after), ...aboutResults(before, after)];
}

function aboutPresence(before, after) {
    const said = [];
    const [was, is] = [before, after].map(({ session }) => session && saidPresence(session));
    if (is && is !== was) {
        said.push({ text: `Device: ${presenceWords(is).word}.`, urgent: is === "DISCONNECTED" });
    }
    if (after.session && before.session && after.session.state !== before.session.state) {
        said.push({ text: `Session: ${stateWords(after.session.state).word}.`, urgent: false });
    }
    return said;
}

function aboutAlerts(before, after) {
    const known = new Map(before.alerts.map((alert) => [alert.alertId, `${alert.state} ${alert.level}`]));
    return after.alerts
        .filter((alert) => known.get(alert.alertId) !== `${alert.state} ${alert.level}`)
        .map((alert) =>
            alert.state === "RAISED"
                ? {
                      text: `${title(alert.level)}: ${alert.message ?? title(alert.metric)}`,
                      urgent: alert.level === "critical",
                  }
                : { text: `Cleared: ${title(alert.metric)}.`, urgent: false },
        );
}

function aboutResults(before, after) {
    // The first snapshot of a session is its past, which the agent reads when he wants to.
    if (before.session === null) {
        return [];
    }
    return [...after.commands.values()]
        .filter((entry) => entry.state === "DONE" && before.commands.get(entry.commandId)?.outcome !== entry.outcome)
        .map((entry) => ({ text: `${title(entry.command)}: ${outcomeWords(entry.outcome).word}.`, urgent: false }));
}
