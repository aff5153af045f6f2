// presses, queue and results ──▶ what is being done, what waits, what came out

import { chip } from "./chip.js";
import { finished, unfinished } from "./command-log.js";
import { el, keyed, mark, show, write } from "./dom.js";
import { clock, parameters, title } from "./format.js";
import { dataNode } from "./view-data.js";
import { deviceErrorWords, outcomeWords, problemWords } from "./words.js";

/** Everything that became of the commands. */
export function activityView(page, actions) {
    return {
        render(screen) {
            const open = unfinished(screen.model.commands);
            const done = finished(screen.model.commands);
            const attempts = screen.attempts.filter((each) => each.state !== "sending");
            show(page["no-activity"], open.length + done.length + attempts.length === 0);
            keyed(page.attempts, attempts, {
                key: (each) => each.key,
                create: (each) => attemptRow(each, screen, actions),
                update: (row, each) => row.update(each),
            });
            keyed(page.queue, open, {
                key: (entry) => entry.commandId,
                create: (entry) => queueRow(entry, screen, actions),
                update: (row, entry) => row.update(entry, screen),
            });
            keyed(page.results, done, {
                key: (entry) => entry.commandId,
                create: (entry) => resultRow(entry, screen, entry === done[0]),
                update: (row, entry) => row.update(entry),
            });
        },
    };
}

/** A press that did not come through, with the same request to be tried again. */
function attemptRow(attempt, screen, { onRetry, onDismiss }) {
    const text = el("p");
    const retry = el("button", {
        type: "button",
        text: "Try again",
        data: { testid: `retry-${attempt.command}` },
        on: { click: () => onRetry(attempt.key) },
    });
    const dismiss = el("button", {
        type: "button",
        class: "button-quiet",
        text: "Put aside",
        on: { click: () => onDismiss(attempt.key) },
    });
    const root = el(
        "li",
        { class: "attempt", data: { testid: `attempt-${attempt.command}` } },
        text,
        el("div", { class: "buttons" }, retry, dismiss),
    );
    const update = (now) => {
        const name = commandTitle(now.command, screen);
        const tail = "It may have been taken all the same. Trying again is safe: it will not run twice.";
        write(
            text,
            now.state === "uncertain" ? `${name}: no answer came. ${tail}` : `${name}: ${problemWords(now.problem)}`,
        );
        mark(root, "data-state", now.state);
        mark(root, "data-code", now.problem?.code);
        show(retry, now.state === "uncertain" || [429, 503].includes(now.problem?.status));
    };
    return { root, update };
}

function queueRow(entry, screen, { onCancel }) {
    const status = chip();
    const detail = el("p", { class: "faint" });
    const progress = el("progress", { max: "100", "aria-label": "Progress" });
    const cancel = el("button", {
        type: "button",
        class: "button-quiet",
        text: "Cancel",
        data: { testid: `cancel-${entry.commandId}` },
        on: { click: () => onCancel(entry.commandId) },
    });
    mark(cancel, "aria-label", `Cancel ${commandTitle(entry.command, screen)}`);
    const root = el(
        "li",
        { class: "queued", data: { testid: `queue-${entry.commandId}`, command: entry.command } },
        heading(entry, screen),
        status.root,
        cancel,
        detail,
        progress,
    );
    const update = (now, { cancelling, model }) => {
        const stopping = cancelling.has(now.commandId);
        status.set(stopping ? { word: "Cancelling…", tone: "busy" } : placeWords(now));
        write(detail, detailWords(now, model, screen));
        show(detail, detail.textContent !== "");
        show(progress, now.percent !== null);
        progress.value = now.percent ?? 0;
        cancel.disabled = stopping;
        mark(root, "data-state", now.state);
        mark(root, "data-place", now.place);
    };
    return { root, update };
}

function resultRow(entry, screen, isNewest) {
    const outcome = chip();
    const time = el("time", { class: "faint" });
    const words = el("p", { class: "result-words" });
    const body = el("div", { class: "result-data" });
    const root = el(
        "li",
        { class: "result", data: { testid: `result-${entry.commandId}`, command: entry.command } },
        heading(entry, screen),
        outcome.root,
        time,
        words,
        body,
    );
    let drawn = null;
    const update = (now) => {
        const said = outcomeWords(now.outcome);
        outcome.set(said);
        write(time, clock(now.at));
        write(words, [said.text, deviceErrorWords(now.error)].filter(Boolean).join(" "));
        show(words, words.textContent !== "");
        mark(root, "data-outcome", now.outcome);
        // An unknown outcome can still be settled, with data of its own.
        if (drawn !== now.data) {
            drawn = now.data;
            body.replaceChildren(...[dataNode(now.data, { open: isNewest })].filter(Boolean));
        }
    };
    return { root, update };
}

function heading(entry, screen) {
    const params = parameters(entry.params);
    return el(
        "h3",
        {},
        commandTitle(entry.command, screen),
        params ? el("span", { class: "faint", text: ` ${params}` }) : null,
    );
}

function commandTitle(command, { catalogue }) {
    return catalogue.find((each) => each.command === command)?.title ?? title(command ?? "command");
}

function placeWords({ state, place, percent, attempt }) {
    const again = attempt > 1 ? `, attempt ${attempt}` : "";
    if (state === "QUEUED") {
        return { word: place === 0 ? "Next" : `Number ${place + 1} in line`, tone: "quiet" };
    }
    const done = percent === null ? "" : ` ${percent} %`;
    return { word: `${state === "SENT" ? "Sent to the device" : "Running"}${done}${again}`, tone: "busy" };
}

function detailWords(entry, { commands }, screen) {
    if (entry.waitingFor === "outcome_unknown") {
        return "Nobody knows yet whether it ran; the device is being asked";
    }
    if (entry.state !== "QUEUED" || !entry.waitingFor) {
        return "";
    }
    const ahead = commands.get(entry.waitingFor);
    return `Waiting for ${ahead ? commandTitle(ahead.command, screen) : title(entry.waitingFor).toLowerCase()}`;
}
