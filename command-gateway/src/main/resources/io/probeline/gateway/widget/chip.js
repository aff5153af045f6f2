// a word with its tone, as colour, shape and text

import { el, mark, write } from "./dom.js";
import { icon, setTone } from "./icons.js";

/** A small label; `set({word, tone})` changes all three at once. */
export function chip(properties = {}) {
    const shape = icon();
    const word = el("span", { class: "chip-word" });
    const root = el("span", { ...properties, class: `chip ${properties.class ?? ""}`.trim() }, shape, word);
    const set = (words) => {
        setTone(shape, words.tone);
        write(word, words.word);
        mark(root, "data-tone", words.tone);
    };
    return { root, set };
}
