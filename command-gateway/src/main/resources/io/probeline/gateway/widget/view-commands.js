// the catalogue ──▶ a button for each command, with its parameters beside it

import { needsConfirmation, whyBlocked } from "./availability.js";
import { el, keyed, mark, show, write } from "./dom.js";
import { title } from "./format.js";
import { fieldsOf, initialText, readValues } from "./schema-form.js";

/** The list of commands; `onRun(command, params)` is called with parameters that fit the schema. */
export function commandsView(page, { onRun }) {
    return {
        render(screen) {
            const blocked = commonReason(screen);
            write(page.blocked, blocked === null ? "" : `${blocked}: commands cannot be given now.`);
            show(page.blocked, blocked !== null);
            keyed(page.commands, screen.catalogue, {
                key: (command) => `${command.command} ${JSON.stringify(command.params)}`,
                create: (command) => row(command, onRun),
                update: (each, command) => each.update(command, screen, blocked),
            });
        },
    };
}

/** What stops every command is said once, above the list, and not at each button. */
function commonReason(screen) {
    return screen.model.session === null ? null : whyBlocked({ command: null, allowed: true }, screen);
}

function row(command, onRun) {
    const name = command.command;
    const fields = fieldsOf(command.params).map((field) => control(name, field));
    const reason = el("p", {
        class: "command-reason",
        id: `reason-${name}`,
        data: { testid: `command-reason-${name}` },
    });
    const press = () => {
        const params = read(fields);
        if (params !== null && !button.disabled) {
            onRun(name, fields.length === 0 ? null : params);
        }
    };
    const label = command.title ?? title(name);
    const button = el("button", {
        type: "button",
        text: "Run",
        data: { testid: `command-${name}` },
        on: { click: press },
    });
    mark(button, "aria-label", `Run ${label}`);
    mark(button, "aria-describedby", `reason-${name}`);
    // Enter in a field presses the button; a real form is not used, because a host may sandbox forms away.
    fields.forEach((field) => field.input.addEventListener("keydown", (event) => event.key === "Enter" && press()));
    const tag = needsConfirmation(command)
        ? el("span", { class: "tag", text: command.risk === "high" ? "High risk" : "Runs once" })
        : null;
    const root = el(
        "li",
        { class: "command", data: { testid: `command-row-${name}` } },
        el(
            "div",
            { class: "command-words" },
            el("h3", {}, label, tag),
            command.description ? el("p", { class: "faint", text: command.description }) : null,
        ),
        el("div", { class: "command-fields" }, ...fields.map((field) => field.root)),
        button,
        reason,
    );

    const update = (now, screen, common) => {
        const blocked = whyBlocked(now, screen);
        button.disabled = blocked !== null;
        write(button, screen.sending.get(name) === "sending" ? "Sending…" : "Run");
        mark(button, "title", blocked);
        write(reason, blocked);
        reason.classList.toggle("unseen", blocked === null || blocked === common || blocked === "Sending…");
    };
    return { root, update };
}

function control(command, field) {
    const id = `param-${command}-${field.name}`;
    const error = el("span", {
        class: "field-error",
        id: `${id}-error`,
        role: "alert",
        data: { testid: `param-error-${command}-${field.name}` },
    });
    const input = inputFor(field, { id, "aria-describedby": `${id}-error`, data: { testid: id } });
    const label = el("label", { for: id, text: field.title ?? title(field.name), title: field.hint });
    return { root: el("div", { class: "field" }, label, input, error), input, error, field };
}

function inputFor(field, properties) {
    const options = field.kind === "boolean" ? [true, false] : field.options;
    if (options === null) {
        const mode = field.kind === "integer" || field.kind === "number" ? "decimal" : null;
        const input = el("input", {
            ...properties,
            type: "text",
            inputmode: mode,
            autocomplete: "off",
            spellcheck: "false",
        });
        input.value = initialText(field);
        return input;
    }
    const select = el("select", properties, ...(field.required ? [] : [el("option", { value: "", text: "–" })]));
    select.append(...options.map((option) => el("option", { value: String(option), text: String(option) })));
    select.value = initialText(field);
    return select;
}

function read(controls) {
    const typed = Object.fromEntries(controls.map(({ field, input }) => [field.name, input.value]));
    const { params, errors, valid } = readValues(
        controls.map(({ field }) => field),
        typed,
    );
    controls.forEach(({ field, input, error }) => {
        write(error, errors[field.name] ?? "");
        mark(input, "aria-invalid", field.name in errors);
    });
    controls.find(({ field }) => field.name in errors)?.input.focus();
    return valid ? params : null;
}
