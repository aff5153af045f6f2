import assert from "node:assert/strict";
import http from "node:http";
import { test } from "node:test";
import { Api } from "../../main/resources/io/probeline/gateway/widget/api.js";

const PRESS = { interactionId: "i1", command: "reboot_module", params: null, key: "k1" };

/** A gateway that answers with the given statuses in turn, 0 being no answer at all, and the last one from then on. */
async function gateway(context, ...statuses) {
    const seen = [];
    const server = http.createServer((request, response) => {
        const status = statuses[Math.min(seen.length, statuses.length - 1)];
        seen.push(request.headers["idempotency-key"]);
        if (status === 0) {
            request.socket.destroy();
            return;
        }
        response.writeHead(status, { "Content-Type": "application/json", "Retry-After": "3" });
        response.end(JSON.stringify(status === 202 ? { commandId: "c1" } : { code: `code_${status}`, detail: "why" }));
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    context.after(() => server.closeAllConnections() ?? server.close());
    const base = new URL(`http://127.0.0.1:${server.address().port}/`);
    return { api: new Api({ token: () => "t", base }), seen };
}

const outcomeOf = (promise) =>
    promise.then((answer) => answer.commandId).catch((problem) => [problem.code, problem.uncertain]);

test("a lost answer is asked for again with the same key", async (context) => {
    const { api, seen } = await gateway(context, 0, 504, 202);
    assert.equal(await outcomeOf(api.execute(PRESS)), "c1");
    assert.deepEqual([...new Set(seen)], ["k1"]);
});

test("nothing recorded is certain, as long as every attempt said so", async (context) => {
    const { api } = await gateway(context, 503);
    assert.deepEqual(await outcomeOf(api.execute(PRESS)), ["code_503", false]);
});

test("one attempt without an answer leaves it open, and so does a gateway that has stumbled", async (context) => {
    const lost = await gateway(context, 504, 503);
    assert.deepEqual(await outcomeOf(lost.api.execute(PRESS)), ["code_503", true]);
    const limited = await gateway(context, 504, 429);
    assert.deepEqual(await outcomeOf(limited.api.execute(PRESS)), ["code_429", true]);
    const stumbled = await gateway(context, 500);
    assert.deepEqual(await outcomeOf(stumbled.api.execute(PRESS)), ["code_500", true]);
    assert.equal(stumbled.seen.length, 1);
});

test("a refusal is a verdict, and comes with its reason", async (context) => {
    const { api, seen } = await gateway(context, 403);
    const problem = await api.execute(PRESS).catch((refusal) => refusal);
    assert.deepEqual(
        [problem.status, problem.code, problem.detail, problem.uncertain],
        [403, "code_403", "why", false],
    );
    assert.equal(problem.retryAfter, 3);
    assert.equal(seen.length, 1);
});
