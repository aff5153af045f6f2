// characters of a text/event-stream ──▶ events, however the network has cut them

/** What one event may hold; a server that never ends a line must not fill the browser's memory. */
export const MAX_EVENT_CHARS = 1024 * 1024;

/** Incremental parser of the WHATWG event-stream format: any mix of LF, CR and CRLF, cut anywhere. */
export class EventStreamParser {
    #line = "";
    #afterCarriageReturn = false;
    #atStart = true;
    #type = "";
    #data = [];
    #dataChars = 0;
    #idBuffer = "";

    /** The id to resume from: the one of the last event that was complete. */
    lastEventId = "";

    /** Milliseconds the server asks us to wait before a reconnect, or null. */
    retryMillis = null;

    /** Takes the next characters and returns the events that they complete. */
    push(text) {
        const events = [];
        let rest = this.#withoutByteOrderMark(text);
        while (rest.length > 0) {
            if (this.#afterCarriageReturn) {
                this.#afterCarriageReturn = false;
                if (rest[0] === "\n") {
                    rest = rest.slice(1);
                    continue;
                }
            }
            rest = this.#takeLine(rest, events);
        }
        return events;
    }

    #withoutByteOrderMark(text) {
        if (!this.#atStart || text.length === 0) {
            return text;
        }
        this.#atStart = false;
        return text.startsWith("\uFEFF") ? text.slice(1) : text;
    }

    #takeLine(rest, events) {
        const end = rest.search(/[\r\n]/);
        this.#line += end < 0 ? rest : rest.slice(0, end);
        if (this.#line.length + this.#dataChars > MAX_EVENT_CHARS) {
            throw new RangeError(`an event is longer than ${MAX_EVENT_CHARS} characters`);
        }
        if (end < 0) {
            return "";
        }
        this.#afterCarriageReturn = rest[end] === "\r";
        const line = this.#line;
        this.#line = "";
        this.#endOfLine(line, events);
        return rest.slice(end + 1);
    }

    #endOfLine(line, events) {
        if (line === "") {
            this.#dispatch(events);
        } else if (!line.startsWith(":")) {
            const colon = line.indexOf(":");
            const field = colon < 0 ? line : line.slice(0, colon);
            const value = colon < 0 ? "" : line.slice(colon + 1);
            this.#field(field, value.startsWith(" ") ? value.slice(1) : value);
        }
    }

    #field(field, value) {
        switch (field) {
            case "event":
                this.#type = value;
                break;
            case "data":
                this.#data.push(value);
                this.#dataChars += value.length + 1;
                break;
            case "id":
                // An id with NUL is ignored by the standard: it could not be sent back in a header.
                if (!value.includes("\0")) {
                    this.#idBuffer = value;
                }
                break;
            case "retry":
                if (/^[0-9]{1,9}$/.test(value)) {
                    this.retryMillis = Number(value);
                }
                break;
        }
    }

    #dispatch(events) {
        this.lastEventId = this.#idBuffer;
        if (this.#data.length > 0) {
            events.push({ type: this.#type || "message", data: this.#data.join("\n"), id: this.lastEventId });
        }
        this.#type = "";
        this.#data = [];
        this.#dataChars = 0;
    }
}
