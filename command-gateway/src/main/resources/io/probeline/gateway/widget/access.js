// the address the host opened ──▶ which interaction, and who is asking

const ID = /^[A-Za-z0-9._-]{1,128}$/;
const STORED_TOKEN = "probeline.token";

/**
 * Reads what the host put into the address.
 *
 * The interaction only selects: anyone can type it, and the gateway decides by the token. The token stands in the
 * fragment, which no server or log ever sees; `cleanHref` is the address without it.
 */
export function readAddress(href) {
    const url = new URL(href);
    const given = url.searchParams.get("conversationId") ?? url.searchParams.get("interactionId");
    const token = fragmentToken(url.hash);
    if (token !== null) {
        url.hash = "";
    }
    const problem = given === null || given === "" ? "missing" : ID.test(given) ? null : "malformed";
    return { interactionId: problem === null ? given : null, problem, token, cleanHref: url.href };
}

/** The same address, selecting another interaction (or none). */
export function withInteraction(href, interactionId) {
    const url = new URL(href);
    url.searchParams.delete("conversationId");
    url.searchParams.delete("interactionId");
    if (interactionId !== null) {
        url.searchParams.set("interactionId", interactionId);
    }
    return url.href;
}

function fragmentToken(hash) {
    // Not URLSearchParams: it turns a plus sign, which opaque tokens may hold, into a space.
    const pair = hash
        .replace(/^#/, "")
        .split("&")
        .find((each) => each.startsWith("token="));
    if (!pair || pair.length === "token=".length) {
        return null;
    }
    try {
        return decodeURIComponent(pair.slice("token=".length));
    } catch {
        return pair.slice("token=".length);
    }
}

/** Holds the token in memory and, where the browser lets a frame have it, in the tab's session storage. */
export class TokenHolder {
    #token;

    constructor(fromAddress) {
        this.#token = fromAddress ?? stored(() => sessionStorage.getItem(STORED_TOKEN));
        this.#keep();
    }

    /** The bearer token, or null. */
    token() {
        return this.#token;
    }

    replace(token) {
        this.#token = token;
        this.#keep();
    }

    #keep() {
        stored(() =>
            this.#token === null
                ? sessionStorage.removeItem(STORED_TOKEN)
                : sessionStorage.setItem(STORED_TOKEN, this.#token),
        );
    }
}

/** Runs a storage access; a browser that blocks storage in frames throws, and memory then has to do. */
export function stored(access) {
    try {
        return access() ?? null;
    } catch {
        return null;
    }
}
