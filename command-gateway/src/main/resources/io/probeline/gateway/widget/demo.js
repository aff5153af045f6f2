// quickstart.json ──▶ demo devices, demo tokens, and a session by one press

import { stored } from "./access.js";

/** What the page may start with a demo device: reads only, so that each press is harmless. */
const FIRST_COMMANDS = ["ping_latency", "firmware_version", "signal_strength"];

/** The quickstart's side of the page; `info` is null wherever else the widget is served. */
export class Demo {
    #api;
    info = null;

    constructor(api) {
        this.#api = api;
    }

    /** Asks the server whether it is a quickstart; its tokens change with each start, so this is also how to renew. */
    async load() {
        const answer = await this.#api.quickstart();
        this.info = answer === null ? null : { ...answer, devices: answer.devices ?? [], tokens: answer.tokens ?? {} };
    }

    /** The role whose demo token this is, or null. */
    roleOf(token) {
        return ["agent", "senior"].find((role) => token !== null && this.info?.tokens[role] === token) ?? null;
    }

    token(role) {
        return this.info?.tokens[role] ?? null;
    }

    /** Opens a session as the call flow would, and answers its interaction. */
    async start(device) {
        const interactionId = `demo-${crypto.randomUUID()}`;
        const { deviceId, customerId } = device;
        const request = { interactionId, customerId, deviceId, requestedCommands: FIRST_COMMANDS };
        try {
            await this.#api.initiate(request, { token: this.token("architect"), key: crypto.randomUUID() });
        } catch (problem) {
            const earlier = stored(() => localStorage.getItem(keyOf(deviceId)));
            if (problem.code === "device_busy" && earlier !== null) {
                return earlier; // Started from this browser before, and still open: that is where the agent wants to be.
            }
            throw problem;
        }
        stored(() => localStorage.setItem(keyOf(deviceId), interactionId));
        return interactionId;
    }
}

function keyOf(deviceId) {
    return `probeline.demo.${deviceId}`;
}
