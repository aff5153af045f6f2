// sentences ──▶ live regions for those who listen, a message bar for all

import { el, show } from "./dom.js";

const MAX_SENTENCES = 5;

/** Says what changed, and tells what went wrong. */
export class Voice {
    #page;

    constructor(page) {
        this.#page = page;
    }

    /** For a screen reader; the page shows the same in its own place. */
    say({ text, urgent }) {
        const region = urgent ? this.#page.shout : this.#page.say;
        region.append(el("p", { text }));
        while (region.childElementCount > MAX_SENTENCES) {
            region.firstElementChild.remove();
        }
    }

    /** A message that stays until it is read. */
    tell(text) {
        const { message } = this.#page;
        const dismiss = el("button", { type: "button", class: "button-quiet", text: "OK" });
        dismiss.addEventListener("click", () => show(message, false));
        message.replaceChildren(el("p", { role: "alert", text }), dismiss);
        show(message, true);
    }
}
