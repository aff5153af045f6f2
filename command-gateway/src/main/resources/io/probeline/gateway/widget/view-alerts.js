// standing alerts ──▶ what is wrong, since when, and the command that helps

import { chip } from "./chip.js";
import { whyBlocked } from "./availability.js";
import { el, keyed, mark, show, write } from "./dom.js";
import { clock, duration, quantity, title } from "./format.js";
import { standing } from "./model.js";
import { levelWords } from "./words.js";

const MAX_CLEARED = 3;

/** The alerts that stand, with their helping command, and the last few that have cleared. */
export function alertsView(page, { onRun }) {
    const calm = chip({ data: { testid: "no-alerts" } });
    calm.set({ word: "No alerts", tone: "ok" });
    const raised = el("ul", { class: "alert-list" });
    const cleared = el("p", { class: "cleared faint", data: { testid: "alerts-cleared" } });
    page.alerts.append(calm.root, raised, cleared);

    return {
        render(screen) {
            const alerts = standing(screen.model);
            show(calm.root, alerts.length === 0 && screen.stream.kind === "live");
            show(raised, alerts.length > 0);
            keyed(raised, alerts, {
                key: (alert) => alert.alertId,
                create: (alert) => card(alert, onRun),
                update: (row, alert) => row.update(alert, screen),
            });
            const words = clearedWords(screen.model.alerts);
            write(cleared, words);
            show(cleared, words !== "");
        },
    };
}

function card(alert, onRun) {
    const level = chip();
    const message = el("p", { class: "alert-message" });
    const facts = el("p", { class: "alert-facts" });
    const help = el("button", {
        type: "button",
        class: "button-strong",
        on: { click: () => onRun(alert.suggestedCommand) },
    });
    help.dataset.testid = `alert-command-${alert.suggestedCommand}`;
    const root = el(
        "li",
        { class: "alert", data: { testid: `alert-${alert.metric}`, alertId: alert.alertId } },
        level.root,
        message,
        facts,
        help,
    );

    const update = (now, screen) => {
        level.set(levelWords(now.level));
        mark(root, "data-tone", levelWords(now.level).tone);
        mark(root, "data-level", now.level);
        write(message, now.message ?? title(now.metric));
        write(facts, factWords(now, screen));
        updateHelp(help, now, screen);
    };
    return { root, update };
}

function updateHelp(help, alert, screen) {
    const command = screen.catalogue.find((each) => each.command === alert.suggestedCommand) ?? null;
    show(help, command !== null);
    if (command !== null) {
        const blocked = whyBlocked(command, screen);
        write(help, `Run ${command.title ?? title(command.command)}`);
        help.disabled = blocked !== null;
        mark(help, "title", blocked);
    }
}

function factWords(alert, { model, session, now }) {
    const unit = model.metrics.get(alert.metric)?.unit ?? null;
    const value = Number.isFinite(alert.value)
        ? `${quantity(alert.value, unit)}, limit ${quantity(alert.threshold, unit)} · `
        : "";
    const since = Date.parse(alert.since);
    const span = Number.isFinite(since) && session.state !== "CLOSED" ? ` (${duration(now - since)})` : "";
    return `${title(alert.metric)}: ${value}since ${clock(alert.since)}${span}`;
}

function clearedWords(alerts) {
    const names = alerts
        .filter((alert) => alert.state === "CLEARED")
        .slice(0, MAX_CLEARED)
        .map((alert) => title(alert.metric));
    return names.length === 0 ? "" : `Cleared again: ${[...new Set(names)].join(", ")}`;
}
