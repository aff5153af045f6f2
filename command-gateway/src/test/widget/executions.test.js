import assert from "node:assert/strict";
import { test } from "node:test";
import { Executions } from "../../main/resources/io/probeline/gateway/widget/executions.js";

function executions(answers) {
    const sent = [];
    const accepted = [];
    const send = (entry) => {
        sent.push(entry.key);
        return answers[sent.length - 1]();
    };
    const all = new Executions({ send, onAccepted: (answer) => accepted.push(answer), onChange: () => {} });
    return { all, sent, accepted };
}

const yes = () => Promise.resolve({ commandId: "c1" });
const lost = () => Promise.reject({ uncertain: true, code: "unreachable" });
const no = () => Promise.reject({ uncertain: false, code: "role_required" });

test("an uncertain press blocks its command, and is tried again with the same key", async () => {
    const { all, sent, accepted } = executions([lost, yes]);
    await all.run("reboot_module", null);
    await all.run("reboot_module", null);
    assert.equal(sent.length, 1);
    assert.equal(all.unsettled().get("reboot_module"), "uncertain");
    await all.retry(sent[0]);
    assert.deepEqual([sent[1], accepted.length, all.list().length], [sent[0], 1, 0]);
});

test("two quick presses are one request", async () => {
    const { all, sent } = executions([yes]);
    await Promise.all([all.run("ping_latency", null), all.run("ping_latency", null)]);
    assert.equal(sent.length, 1);
});

test("a refusal blocks nothing, and a new press is a new request", async () => {
    const { all, sent, accepted } = executions([no, yes]);
    await all.run("ping_latency", null);
    assert.equal(all.unsettled().size, 0);
    assert.equal(all.list()[0].state, "refused");
    await all.run("ping_latency", null);
    assert.notEqual(sent[0], sent[1]);
    assert.deepEqual([accepted.length, all.list().length], [1, 0]);
});

test("what is put aside is gone", async () => {
    const { all, sent } = executions([lost]);
    await all.run("ping_latency", null);
    all.dismiss(sent[0]);
    assert.deepEqual(all.list(), []);
});
