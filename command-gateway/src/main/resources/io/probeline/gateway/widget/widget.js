// address, stream and presses ──▶ what the agent sees

import { Actions } from "./actions.js";
import { readAddress, TokenHolder, withInteraction } from "./access.js";
import { Api } from "./api.js";
import { Demo } from "./demo.js";
import { show } from "./dom.js";
import { Executions } from "./executions.js";
import { clockOffset } from "./format.js";
import { emptyModel } from "./model.js";
import { panelsOf } from "./screen.js";
import { activityView } from "./view-activity.js";
import { alertsView } from "./view-alerts.js";
import { commandsView } from "./view-commands.js";
import { confirmView } from "./view-confirm.js";
import { demoView } from "./view-demo.js";
import { headerView } from "./view-header.js";
import { metricsView } from "./view-metrics.js";
import { noticeView, startView, tokenView } from "./view-start.js";
import { streamView } from "./view-stream.js";
import { transcriptView } from "./view-transcript.js";
import { Voice } from "./voice.js";
import { Watch } from "./watch.js";
import { problemWords } from "./words.js";

/** For how long a session that was just asked for may be missing: it takes its way through the topics first. */
const OPENING_MILLIS = 20_000;

/** The page: it holds the parts together and decides nothing that a pure module can decide. */
class Widget {
    #page = Object.fromEntries([...document.querySelectorAll("[id]")].map((node) => [node.id, node]));
    #address = readAddress(location.href);
    #token = new TokenHolder(this.#address.token);
    #clockOffset = 0;
    #api = new Api({
        token: () => this.#token.token(),
        base: new URL("../", document.baseURI),
        onDate: (date) => (this.#clockOffset = clockOffset(date, Date.now())),
    });
    #demo = new Demo(this.#api);
    #watch = null;
    #catalogue = [];
    #state = {
        ready: false,
        picking: false,
        openingUntil: 0,
        starting: null,
        startProblem: null,
        tokenRefused: false,
        renewedAt: 0,
    };
    #executions = new Executions({
        send: ({ key, command, params }) =>
            this.#api.execute({ interactionId: this.#address.interactionId, command, params, key }),
        onAccepted: (answer, params) => this.#watch?.accept(answer, params),
        onChange: () => this.#executionsChanged(),
    });
    #voice = new Voice(this.#page);
    #actions = new Actions({
        api: this.#api,
        executions: this.#executions,
        confirm: confirmView(this.#page),
        screen: () => this.#screen(),
        tell: (text) => this.#voice.tell(text),
    });
    #views = this.#makeViews();
    #renderRequested = false;

    async open() {
        history.replaceState(null, "", this.#address.cleanHref);
        this.#listen();
        this.#render();
        await this.#demo.load();
        this.#state.ready = true;
        if (this.#token.token() === null && this.#demo.info !== null) {
            this.#token.replace(this.#demo.token("agent"));
        }
        this.#follow();
    }

    #makeViews() {
        const page = this.#page;
        return [
            headerView(page, { onClose: () => this.#actions.close() }),
            streamView(page, { onRetry: () => this.#retry() }),
            noticeView(page, { onRetry: () => this.#retry() }),
            tokenView(page, { onToken: (token) => this.#useToken(token) }),
            startView(page, { onStart: (device) => this.#start(device) }),
            demoView(page, { onRole: (role) => this.#useToken(this.#demo.token(role)), onDevices: () => this.#pick() }),
            alertsView(page, { onRun: (command) => this.#actions.runWithDefaults(command) }),
            metricsView(page),
            commandsView(page, { onRun: (command, params) => this.#actions.run(command, params) }),
            activityView(page, {
                onRetry: (key) => this.#executions.retry(key),
                onDismiss: (key) => this.#executions.dismiss(key),
                onCancel: (commandId) => this.#actions.cancel(commandId),
            }),
            transcriptView(page),
        ];
    }

    #listen() {
        setInterval(() => this.#render(), 1_000);
        addEventListener("online", () => this.#watch?.retry());
        addEventListener("pagehide", () => this.#watch?.stop());
        addEventListener("pageshow", (event) => event.persisted && this.#watch?.start());
        addEventListener("hashchange", () => this.#takeFragment());
        // A fault of ours must not leave an old picture standing as if it were live.
        addEventListener("error", () => this.#voice.tell("This page has met a fault. Reload it."));
        document.addEventListener("visibilitychange", () => this.#watch?.check());
    }

    /** A host may hand over a fresh token by changing the fragment of the open page. */
    #takeFragment() {
        const { token, cleanHref } = readAddress(location.href);
        if (token !== null) {
            history.replaceState(null, "", cleanHref);
            this.#useToken(token);
        }
    }

    #follow() {
        this.#watch?.stop();
        const { interactionId } = this.#address;
        if (interactionId !== null && this.#token.token() !== null) {
            this.#watch = new Watch({
                api: this.#api,
                interactionId,
                now: () => this.#now(),
                on: {
                    change: () => this.#requestRender(),
                    status: (kind) => this.#statusChanged(kind),
                    say: (sentence) => this.#voice.say(sentence),
                },
            });
            this.#watch.start();
        }
        this.#requestRender();
    }

    #statusChanged(kind) {
        if (kind === "live") {
            this.#state.picking = false;
            this.#loadCatalogue();
        }
        if (kind === "unauthenticated") {
            this.#tokenRefused();
        }
    }

    async #loadCatalogue() {
        try {
            this.#catalogue = await this.#api.catalogue();
        } catch (problem) {
            if (problem.status === 401) {
                return; // The stream says so too, and asks for a new token.
            }
            this.#voice.tell(`The commands could not be loaded. ${problemWords(problem)}`);
        }
        this.#requestRender();
    }

    /** The quickstart's tokens die with it; everyone else has to bring a new one. */
    async #tokenRefused() {
        const role = this.#demo.roleOf(this.#token.token()) ?? "agent";
        if (this.#demo.info !== null && Date.now() - this.#state.renewedAt > 30_000) {
            this.#state.renewedAt = Date.now();
            await this.#demo.load();
            if (this.#demo.token(role) !== null) {
                this.#useToken(this.#demo.token(role));
                return;
            }
        }
        this.#state.tokenRefused = true;
        this.#requestRender();
    }

    #useToken(token) {
        this.#token.replace(token);
        this.#state.tokenRefused = false;
        if (this.#watch === null) {
            this.#follow();
        } else {
            this.#watch.retry();
            this.#loadCatalogue();
        }
        this.#requestRender();
    }

    #retry() {
        this.#watch?.retry();
        this.#requestRender();
    }

    #pick() {
        this.#state = { ...this.#state, picking: true, startProblem: null };
        this.#watch?.stop();
        this.#requestRender();
    }

    async #start(device) {
        this.#state = { ...this.#state, starting: device.deviceId, startProblem: null };
        this.#requestRender();
        try {
            this.#select(await this.#demo.start(device));
        } catch (problem) {
            this.#state.startProblem = problemWords(problem);
        }
        this.#state.starting = null;
        this.#requestRender();
    }

    #select(interactionId) {
        const href = withInteraction(location.href, interactionId);
        history.replaceState(null, "", href);
        this.#address = readAddress(href);
        this.#state = { ...this.#state, picking: false, openingUntil: Date.now() + OPENING_MILLIS };
        this.#executions.clear();
        this.#actions.cancelling.clear();
        this.#follow();
    }

    #executionsChanged() {
        const codes = this.#executions.list().map((each) => each.problem?.code);
        if (codes.includes("unauthenticated") && !this.#state.tokenRefused) {
            this.#tokenRefused();
        }
        this.#requestRender();
    }

    #now() {
        return Date.now() + this.#clockOffset;
    }

    #screen() {
        const model = this.#watch?.model ?? emptyModel();
        const stream = this.#watch?.status ?? { kind: "connecting" };
        const { interactionId, problem } = this.#address;
        const { ready, picking, openingUntil, starting, startProblem, tokenRefused } = this.#state;
        const token = this.#token.token();
        const quickstart = this.#demo.info;
        const opening = Date.now() < openingUntil && model.session === null;
        const hasToken = token !== null && !tokenRefused;
        return {
            model,
            session: model.session,
            stream,
            quickstart,
            interactionId,
            starting,
            startProblem,
            catalogue: this.#catalogue,
            now: this.#now(),
            freshUntil: this.#watch?.freshUntil ?? null,
            role: this.#demo.roleOf(token),
            attempts: this.#executions.list(),
            sending: this.#executions.unsettled(),
            cancelling: this.#actions.cancelling,
            panels: panelsOf({
                ready,
                interactionId,
                addressProblem: problem,
                hasToken,
                quickstart,
                stream,
                model,
                picking,
                opening,
            }),
        };
    }

    #requestRender() {
        if (!this.#renderRequested) {
            this.#renderRequested = true;
            requestAnimationFrame(() => this.#render());
        }
    }

    #render() {
        this.#renderRequested = false;
        const screen = this.#screen();
        show(this.#page.live, screen.panels.live);
        this.#views.forEach((view) => view.render(screen));
    }
}

new Widget().open();
