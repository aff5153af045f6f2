import assert from "node:assert/strict";
import { test } from "node:test";
import { EventStreamParser, MAX_EVENT_CHARS } from "../../main/resources/io/probeline/gateway/widget/sse.js";

const STREAM = [
    "\uFEFF: hello\n\n",
    'id: 7\nevent: session\ndata: {\ndata:   "state": "RUNNING"\ndata: }\n\n',
    "event: alert\rdata:no space\r\r",
    "id: 8\r\nevent: command\r\ndata: a: b\r\nunknown: x\r\n\r\n",
    "data\n\n",
    "id: 9\n\n",
    "data: the end of this one never comes\n",
].join("");

const EVENTS = [
    { type: "session", data: '{\n  "state": "RUNNING"\n}', id: "7" },
    { type: "alert", data: "no space", id: "7" },
    { type: "command", data: "a: b", id: "8" },
    { type: "message", data: "", id: "8" },
];

test("a whole stream in one piece", () => {
    const parser = new EventStreamParser();
    assert.deepEqual(parser.push(STREAM), EVENTS);
    assert.equal(parser.lastEventId, "9");
});

test("every way of cutting it in two, and into single characters, gives the same events", () => {
    for (let cut = 0; cut <= STREAM.length; cut++) {
        const parser = new EventStreamParser();
        const events = [...parser.push(STREAM.slice(0, cut)), ...parser.push(STREAM.slice(cut))];
        assert.deepEqual(events, EVENTS, `cut at ${cut}`);
    }
    const parser = new EventStreamParser();
    assert.deepEqual(
        [...STREAM].flatMap((character) => parser.push(character)),
        EVENTS,
    );
});

test("a carriage return at the end of a chunk ends the line at once, and its line feed is not another line", () => {
    const parser = new EventStreamParser();
    assert.deepEqual(parser.push("data: x\r\n\r"), [{ type: "message", data: "x", id: "" }]);
    assert.deepEqual(parser.push("\ndata: y\n\n"), [{ type: "message", data: "y", id: "" }]);
});

test("retry is a number, an id with NUL is ignored", () => {
    const parser = new EventStreamParser();
    parser.push("retry: 3000\nid: good\n\nretry: soon\nid: ba\0d\n\n");
    assert.equal(parser.retryMillis, 3000);
    assert.equal(parser.lastEventId, "good");
});

test("an event without end is refused before it fills the memory, also as many short lines", () => {
    assert.throws(() => new EventStreamParser().push("data: " + "x".repeat(MAX_EVENT_CHARS)), RangeError);
    assert.throws(
        () => new EventStreamParser().push("data: xxxxxxxxxxxxxxx\n".repeat(MAX_EVENT_CHARS / 15)),
        RangeError,
    );
});
