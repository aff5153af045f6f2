// a result's data, whatever its shape ──▶ a table, a list of facts, or plain text

import { el } from "./dom.js";
import { plain, title } from "./format.js";

const MAX_ROWS = 200;
const MAX_COLUMNS = 8;

/** Draws the data of a result; null where there is none to show. */
export function dataNode(data, { open }) {
    if (data === null || data === undefined) {
        return null;
    }
    if (typeof data !== "object") {
        return el("p", { class: "data-plain", text: plain(data) });
    }
    const parts = Array.isArray(data) ? [["rows", data]] : Object.entries(data);
    const facts = parts.filter(([, value]) => !isTable(value));
    const tables = parts.filter(([, value]) => isTable(value));
    if (parts.length === 0) {
        return null;
    }
    return el(
        "div",
        { class: "data" },
        facts.length > 0 ? factList(facts) : null,
        ...tables.map(([name, rows]) => tableOf(name, rows, open)),
    );
}

function factList(facts) {
    return el(
        "dl",
        { class: "facts" },
        ...facts.map(([name, value]) =>
            el("div", {}, el("dt", { text: title(name) }), el("dd", { text: plain(value) })),
        ),
    );
}

function tableOf(name, rows, open) {
    const shown = rows.slice(0, MAX_ROWS);
    const columns = [...new Set(shown.flatMap((row) => Object.keys(row)))].slice(0, MAX_COLUMNS);
    const head = el(
        "tr",
        {},
        ...columns.map((column) => el("th", { scope: "col", text: title(column), class: numeric(shown, column) })),
    );
    const body = shown.map((row) =>
        el("tr", {}, ...columns.map((column) => el("td", { text: plain(row[column]), class: numeric(shown, column) }))),
    );
    const table = el("table", {}, el("thead", {}, head), el("tbody", {}, ...body));
    const more = rows.length > MAX_ROWS ? `, the first ${MAX_ROWS} shown` : "";
    const summary = el("summary", { text: `${title(name)} (${rows.length}${more})` });
    return el(
        "details",
        { open: open ? "" : null },
        summary,
        el("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": title(name) }, table),
    );
}

function isTable(value) {
    return (
        Array.isArray(value) &&
        value.length > 0 &&
        value.every((row) => row !== null && typeof row === "object" && !Array.isArray(row))
    );
}

function numeric(rows, column) {
    return rows.every((row) => typeof row[column] === "number" || row[column] === undefined) ? "numeric" : null;
}
