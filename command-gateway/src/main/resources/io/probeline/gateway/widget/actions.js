// presses ──▶ confirmed, checked once more, and sent

import { needsConfirmation, whyBlocked } from "./availability.js";
import { title } from "./format.js";
import { fieldsOf, initialText, readValues } from "./schema-form.js";
import { problemWords } from "./words.js";

/** What an agent can do to a device; `screen()` is what is known at the moment of asking. */
export class Actions {
    /** The commands whose cancelling has been asked for; their outcome says whether it came in time. */
    cancelling = new Set();
    #api;
    #executions;
    #confirm;
    #screen;
    #tell;

    constructor({ api, executions, confirm, screen, tell }) {
        this.#api = api;
        this.#executions = executions;
        this.#confirm = confirm;
        this.#screen = screen;
        this.#tell = tell;
    }

    /** One press at an alert: the helping command with its defaults, or its fields where it needs an answer. */
    async runWithDefaults(name) {
        const fields = fieldsOf(this.#command(name)?.params);
        const typed = Object.fromEntries(fields.map((field) => [field.name, initialText(field)]));
        const { params, valid } = readValues(fields, typed);
        if (valid) {
            await this.run(name, fields.length === 0 ? null : params);
        } else {
            document.getElementById(`param-${name}-${fields[0].name}`)?.focus();
        }
    }

    async run(name, params) {
        const command = this.#command(name);
        if (command === null || (needsConfirmation(command) && !(await this.#confirmed(command)))) {
            return;
        }
        const blocked = whyBlocked(command, this.#screen());
        if (blocked === null) {
            await this.#executions.run(name, params);
        } else {
            // The device may have gone while the question was open.
            this.#tell(`${titleOf(command)} was not sent: ${blocked}.`);
        }
    }

    async cancel(commandId) {
        this.cancelling.add(commandId);
        try {
            await this.#api.cancel(this.#screen().interactionId, commandId);
        } catch (problem) {
            this.cancelling.delete(commandId);
            this.#tell(`The command could not be cancelled. ${problemWords(problem)}`);
        }
    }

    async close() {
        const question = {
            heading: "End this session?",
            text: "Waiting commands are dropped, the device is let go, and the summary is written to the conversation.",
            yes: "End session",
        };
        if (!(await this.#confirm.ask(question))) {
            return;
        }
        try {
            await this.#api.close(this.#screen().interactionId);
        } catch (problem) {
            this.#tell(`The session could not be ended. ${problemWords(problem)}`);
        }
    }

    #confirmed(command) {
        const name = titleOf(command);
        const once = command.safety === "repeatable" ? "" : " It runs once and cannot be taken back.";
        const text = `${command.description ?? ""}${once}`.trim();
        return this.#confirm.ask({ heading: `${name}?`, text, yes: `Yes, run ${name}` });
    }

    #command(name) {
        return this.#screen().catalogue.find((each) => each.command === name) ?? null;
    }
}

function titleOf(command) {
    return command.title ?? title(command.command);
}
