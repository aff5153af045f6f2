// a risky press ──▶ a question;  only a clear yes goes on

import { el, mark, write } from "./dom.js";

/** A modal question. Escape, and whatever else closes it, means no. */
export function confirmView(page) {
    const dialog = page.confirm;
    const heading = el("h2", { id: "confirm-title" });
    const text = el("p");
    const yes = el("button", { type: "button", class: "button-danger", data: { testid: "confirm-yes" } });
    const no = el("button", { type: "button", text: "Not now", data: { testid: "confirm-no" }, autofocus: "" });
    dialog.append(heading, text, el("div", { class: "buttons" }, no, yes));
    let answer = () => {};
    yes.addEventListener("click", () => answer(true));
    no.addEventListener("click", () => answer(false));
    dialog.addEventListener("close", () => answer(false));

    return {
        /** Asks, and answers whether it was confirmed. */
        ask(question) {
            write(heading, question.heading);
            write(text, question.text);
            write(yes, question.yes);
            mark(dialog, "data-tone", question.tone ?? "critical");
            return new Promise((resolve) => {
                answer = (confirmed) => {
                    answer = () => {};
                    dialog.close();
                    resolve(confirmed);
                };
                dialog.showModal();
            });
        },
    };
}
