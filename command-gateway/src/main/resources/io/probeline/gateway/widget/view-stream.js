// the stream's status ──▶ a banner that cannot be overlooked while the view is not fresh

import { el, mark, show, write } from "./dom.js";
import { clock } from "./format.js";
import { icon, setTone } from "./icons.js";
import { problemWords } from "./words.js";

/** Says when what is on the screen is old, and lets the agent try at once. */
export function streamView(page, { onRetry }) {
    const shape = icon("warn");
    const text = el("p");
    const retry = el("button", {
        type: "button",
        class: "button-quiet",
        data: { testid: "stream-retry" },
        on: { click: onRetry },
    });
    page.banner.append(shape, text, retry);

    return {
        render({ stream, model, freshUntil }) {
            const words = model.session === null ? null : bannerWords(stream, model.session, freshUntil);
            mark(page.banner, "data-stream", stream.kind);
            mark(document.body, "data-stream", stream.kind);
            show(page.banner, words !== null);
            if (words === null) {
                return;
            }
            write(text, words.text);
            setTone(shape, words.tone);
            mark(page.banner, "data-tone", words.tone);
            write(retry, words.retry);
            show(retry, words.retry !== null);
        },
    };
}

function bannerWords(stream, session, freshUntil) {
    const asOf = freshUntil === null ? "" : ` What you see is from ${clock(freshUntil)}.`;
    if (session.state === "CLOSED") {
        return {
            tone: "info",
            text: "This session has ended. The values below are its last ones.",
            retry: stream.kind === "ended" ? "Look again" : null,
        };
    }
    switch (stream.kind) {
        case "live":
            return null;
        case "quiet":
            return { tone: "warn", text: `The live view is quiet, checking…${asOf}`, retry: null };
        case "no_session":
            return { tone: "critical", text: `The session is gone, or no longer yours.${asOf}`, retry: "Try now" };
        case "unauthenticated":
            return { tone: "critical", text: `The live view has stopped: sign in again.${asOf}`, retry: null };
        case "refused":
            return {
                tone: "critical",
                text: `The live view has stopped. ${problemWords(stream.problem)}${asOf}`,
                retry: "Try now",
            };
        default:
            return { tone: "critical", text: `Live view lost, reconnecting…${asOf}`, retry: "Try now" };
    }
}
