// one interaction's stream ──▶ the model that the views draw

import { announcements } from "./announce.js";
import { LiveStream } from "./live-stream.js";
import { accepted } from "./command-log.js";
import { emptyModel, fold } from "./model.js";

/** Watches one interaction: what is known of it, and how fresh that is. */
export class Watch {
    model = emptyModel();
    status = { kind: "connecting" };
    freshUntil = null;
    #api;
    #interactionId;
    #now;
    #on;
    #stream = null;

    /** `on` has `change()`, `status(kind)` and `say({text, urgent})`. */
    constructor({ api, interactionId, now, on }) {
        this.#api = api;
        this.#interactionId = interactionId;
        this.#now = now;
        this.#on = on;
    }

    /** Connects, anew where a connection is there. */
    start() {
        this.stop();
        this.status = { kind: "connecting" };
        this.#stream = new LiveStream({
            open: (lastEventId, signal) => this.#api.events(this.#interactionId, lastEventId, signal),
            onEvent: (event) => this.#take(event),
            onStatus: (status) => this.#became(status),
        });
        this.#stream.run();
    }

    stop() {
        this.#stream?.stop();
        this.#stream = null;
    }

    /** Tries again at once, also after a status that was final. */
    retry() {
        if (["ended", "unauthenticated", "refused"].includes(this.status.kind)) {
            this.start();
        } else {
            this.#stream?.retryNow();
        }
    }

    /** Looks at the clock at once: timers of a hidden page come late. */
    check() {
        this.#stream?.check();
    }

    /** Notes the gateway's 202, so that the press is seen before its first event comes. */
    accept(answer, params) {
        this.model = { ...this.model, commands: accepted(this.model.commands, answer, params, this.#now()) };
    }

    #take(event) {
        const before = this.model;
        this.model = fold(before, event, this.#now());
        announcements(before, this.model).forEach((sentence) => this.#on.say(sentence));
        this.#stream?.expectEnd(this.model.session?.state === "CLOSED");
        this.#on.change();
    }

    #became(status) {
        const wasFresh = this.status.kind === "live" || this.status.kind === "quiet";
        this.status = status;
        this.freshUntil = status.freshAt ?? this.freshUntil;
        if (status.kind === "lost" && wasFresh) {
            this.#on.say({ text: "Live view lost, reconnecting.", urgent: true });
        }
        this.#on.status(status.kind);
        this.#on.change();
    }
}
