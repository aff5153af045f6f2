// a press of a button ──▶ exactly one command, even when the answer gets lost

const MAX_OPEN = 10;

/**
 * The requests that are on their way or did not come through.
 *
 * Each has one idempotency key for its whole life: trying again after a lost answer can never run a command twice. One
 * that stays uncertain therefore stays on the screen, and its button stays blocked, until the agent tries again or
 * puts it aside.
 */
export class Executions {
    #send;
    #onAccepted;
    #onChange;
    #open = new Map();

    constructor({ send, onAccepted, onChange }) {
        this.#send = send;
        this.#onAccepted = onAccepted;
        this.#onChange = onChange;
    }

    /** All that are not settled, the oldest first. */
    list() {
        return [...this.#open.values()];
    }

    /** The commands that must not be pressed again, because a press of theirs is `sending` or `uncertain`. */
    unsettled() {
        const open = this.list().filter((each) => each.state !== "refused");
        return new Map(open.map((each) => [each.command, each.state]));
    }

    run(command, params) {
        if (this.unsettled().has(command)) {
            return Promise.resolve();
        }
        const entry = { key: crypto.randomUUID(), command, params, state: "sending", problem: null };
        this.#forgetRefused(command);
        return this.#attempt(entry);
    }

    retry(key) {
        const entry = this.#open.get(key);
        return entry && entry.state !== "sending" ? this.#attempt(entry) : Promise.resolve();
    }

    dismiss(key) {
        this.#open.delete(key);
        this.#onChange();
    }

    clear() {
        this.#open.clear();
    }

    async #attempt(entry) {
        this.#put({ ...entry, state: "sending", problem: null });
        try {
            const answer = await this.#send(entry);
            this.#open.delete(entry.key);
            this.#onAccepted(answer, entry.params);
        } catch (problem) {
            this.#put({ ...entry, state: problem.uncertain ? "uncertain" : "refused", problem });
        }
        this.#onChange();
    }

    #put(entry) {
        this.#open.set(entry.key, entry);
        const refused = this.list().filter((each) => each.state === "refused");
        if (this.#open.size > MAX_OPEN && refused.length > 0) {
            this.#open.delete(refused[0].key);
        }
        this.#onChange();
    }

    #forgetRefused(command) {
        this.list()
            .filter((each) => each.state === "refused" && each.command === command)
            .forEach((each) => this.#open.delete(each.key));
    }
}
