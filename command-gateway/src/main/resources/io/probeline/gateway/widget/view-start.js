// what the quickstart offers ──▶ a device picker;  no token ──▶ a small form;  nothing to show ──▶ why

import { el, keyed, show, write } from "./dom.js";
import { problemWords } from "./words.js";

/** The quickstart's device picker. */
export function startView(page, { onStart }) {
    const list = el("ul", { class: "devices" });
    const problem = el("p", { class: "problem", role: "alert", data: { testid: "start-problem" } });
    page.start.append(
        el("h2", { id: "start-title", text: "Which appliance is the call about?" }),
        el("p", {
            class: "faint",
            text: "In a contact centre the call flow opens the session. Here, choose a device and take its place.",
        }),
        problem,
        list,
    );
    return {
        render({ quickstart, starting, startProblem, panels }) {
            show(page.start, panels.start);
            write(problem, startProblem);
            show(problem, Boolean(startProblem));
            keyed(list, quickstart?.devices ?? [], {
                key: (device) => device.deviceId,
                create: (device) => deviceRow(device, onStart),
                update: (row, device) => row.update(device, starting),
            });
        },
    };
}

function deviceRow(device, onStart) {
    const go = el("span", { class: "device-go", text: "Start" });
    const button = el(
        "button",
        {
            type: "button",
            class: "device",
            data: { testid: `start-${device.deviceId}` },
            on: { click: () => onStart(device) },
        },
        el("span", { class: "device-title", text: device.title ?? device.deviceId }),
        el("span", { class: "device-about", text: device.about ?? "" }),
        go,
    );
    const update = (now, starting) => {
        button.disabled = starting !== null;
        write(go, starting === now.deviceId ? "Opening…" : "Start");
    };
    return { root: el("li", {}, button), update };
}

/** The form for a pasted token; it is kept out of sight like a password. */
export function tokenView(page, { onToken }) {
    const input = el("input", {
        type: "password",
        id: "token-input",
        autocomplete: "off",
        spellcheck: "false",
        data: { testid: "token-input" },
    });
    const submit = () => {
        const token = input.value.trim().replace(/^Bearer\s+/i, "");
        input.value = "";
        if (token !== "") {
            onToken(token);
        }
    };
    const why = el("p", { role: "alert" });
    input.addEventListener("keydown", (event) => event.key === "Enter" && submit());
    page.token.append(
        el("h2", { id: "token-title", text: "Sign in" }),
        why,
        el("label", { for: "token-input", text: "Access token" }),
        el(
            "div",
            { class: "inline" },
            input,
            el("button", { type: "button", text: "Continue", data: { testid: "token-submit" }, on: { click: submit } }),
        ),
    );
    return {
        render({ panels, stream }) {
            show(page.token, panels.token);
            write(
                why,
                stream.kind === "unauthenticated"
                    ? problemWords(stream.problem)
                    : "An access token is needed to see the device.",
            );
        },
    };
}

/** One calm sentence when there is nothing to watch yet. */
export function noticeView(page, { onRetry }) {
    const heading = el("h2");
    const text = el("p", { class: "faint" });
    const retry = el("button", {
        type: "button",
        text: "Look again",
        data: { testid: "notice-retry" },
        on: { click: onRetry },
    });
    page.notice.append(heading, text, retry);
    return {
        render({ panels: { notice } }) {
            show(page.notice, notice !== null);
            write(heading, notice?.heading);
            write(text, notice?.text);
            show(retry, Boolean(notice?.retry));
            page.notice.dataset.kind = notice?.kind ?? "";
        },
    };
}
