// tone ──▶ shape: what a colour says is said by a form as well

import { svg } from "./dom.js";

/** 16 × 16 line drawings; each tone has an outline that differs in black and white too. */
const SHAPES = {
    ok: ["M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 0 0 0-12.5Z", "M5.2 8.2l2 2 3.7-4.2"],
    warn: ["M8 2 14.6 13.6H1.4Z", "M8 6.4v3.2M8 11.6v.05"],
    critical: ["M5.3 1.75h5.4l3.55 3.55v5.4l-3.55 3.55H5.3L1.75 10.7V5.3Z", "M5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2"],
    unknown: ["M8 1.5 14.5 8 8 14.5 1.5 8Z", "M6.6 6.7c0-1.9 2.9-1.8 2.8-.1 0 1.1-1.4 1.2-1.4 2.3M8 10.9v.05"],
    info: ["M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 0 0 0-12.5Z", "M8 7.3v3.5M8 5.1v.05"],
    busy: ["M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 0 0 0-12.5Z", "M8 4.6V8l2.3 1.6"],
    quiet: ["M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 0 0 0-12.5Z", "M5.2 8h5.6"],
};

/** An icon that takes its tone later, from `setTone`. */
export function icon(tone = "quiet") {
    const [outline, mark] = SHAPES[tone];
    return svg(
        "svg",
        { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false", "data-shape": tone },
        svg("path", { class: "icon-outline", d: outline }),
        svg("path", { class: "icon-mark", d: mark }),
    );
}

/** Gives an icon another shape. */
export function setTone(node, tone) {
    if (node.dataset.shape === tone) {
        return;
    }
    const [outline, mark] = SHAPES[tone] ?? SHAPES.unknown;
    node.dataset.shape = tone;
    node.firstElementChild.setAttribute("d", outline);
    node.lastElementChild.setAttribute("d", mark);
}
