// the quickstart's extras ──▶ a thin strip above the page: who to be, where else to look

import { el, show } from "./dom.js";

const ROLES = [
    ["agent", "Agent"],
    ["senior", "Senior technician"],
];

/** The strip is there in the quickstart alone. */
export function demoView(page, { onRole, onDevices }) {
    const radios = ROLES.map(([role, label]) => {
        const input = el("input", {
            type: "radio",
            name: "role",
            value: role,
            data: { testid: `role-${role}` },
            on: { change: () => onRole(role) },
        });
        return { role, input, root: el("label", { class: "segment" }, input, el("span", { text: label })) };
    });
    const devices = el("button", {
        type: "button",
        class: "button-quiet",
        text: "All devices",
        data: { testid: "all-devices" },
        on: { click: onDevices },
    });
    const record = el("a", {
        target: "_blank",
        rel: "noopener noreferrer",
        text: "Contact centre ↗",
        data: { testid: "transcript-link" },
    });
    page.demo.append(
        el("span", { class: "demo-word", text: "Quickstart" }),
        el(
            "div",
            { class: "segments", role: "radiogroup", "aria-label": "Watch as" },
            ...radios.map((radio) => radio.root),
        ),
        el("span", { class: "demo-links" }, devices, record),
    );
    return {
        render({ quickstart, role, panels, interactionId }) {
            show(page.demo, quickstart !== null);
            radios.forEach((radio) => (radio.input.checked = radio.role === role));
            show(devices, !panels.start);
            const href = recordHref(quickstart?.transcriptUrl, interactionId);
            show(record, href !== null);
            record.href = href ?? "";
        },
    };
}

/** Only a web address becomes a link: a `javascript:` one would run. */
function recordHref(template, interactionId) {
    const filled = (template ?? "").replace("{interactionId}", encodeURIComponent(interactionId ?? ""));
    return /^https?:\/\//.test(filled) ? filled : null;
}
