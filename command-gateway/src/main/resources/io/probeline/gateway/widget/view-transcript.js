// transcript lines ──▶ what the contact centre's record says, and what is still on its way there

import { chip } from "./chip.js";
import { el, keyed, mark, show, write } from "./dom.js";
import { clock } from "./format.js";
import { lineWords } from "./words.js";

const MAX_SHOWN = 100;

/** The lines, the newest first. */
export function transcriptView(page) {
    return {
        render({ model }) {
            show(page["no-lines"], model.lines.length === 0);
            // The key is the place: a line only ever changes its state, and new ones come at the end.
            const lines = model.lines.map((line, index) => ({
                ...line,
                key: line.lineId ?? `${line.firstAt ?? line.at} ${line.text} ${sameBefore(model.lines, index)}`,
            }));
            keyed(page.lines, lines.reverse().slice(0, MAX_SHOWN), {
                key: (line) => line.key,
                create: row,
                update: (each, line) => each.update(line),
            });
        },
    };
}

function row() {
    const state = chip();
    const time = el("time", { class: "faint" });
    const text = el("p", { class: "line-text" });
    const root = el("li", { class: "line", data: { testid: "transcript-line" } }, text, state.root, time);
    const update = (line) => {
        state.set(lineWords(line.state));
        write(time, clock(line.at));
        write(text, line.text);
        mark(root, "data-state", line.state);
    };
    return { root, update };
}

function sameBefore(lines, index) {
    const { text, at, firstAt } = lines[index];
    return lines.slice(0, index).filter((line) => line.text === text && (line.firstAt ?? line.at) === (firstAt ?? at))
        .length;
}
