// numbers, times and names ──▶ what a person reads

const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const TENTHS = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const HUNDREDTHS = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const UNITS = { ms: "ms", s: "s", dbm: "dBm", pct: "%", percent: "%" };
const ABBREVIATIONS = ["rssi", "snr", "ssid", "bssid", "mac", "ip", "id", "dns", "cpu", "url", "mtu"];

/** A measured value with as many digits as are worth reading, or a dash. */
export function number(value) {
    if (!Number.isFinite(value)) {
        return "–";
    }
    const size = Math.abs(value);
    if (size >= 100_000) {
        return COMPACT.format(value);
    }
    // A reading that is not whole keeps its tenth: -65.0 after -65.1 must not shrink to -65.
    const format = size >= 100 || Number.isInteger(value) ? WHOLE : size >= 1 ? TENTHS : HUNDREDTHS;
    return format.format(value);
}

/** A value with its unit, for sentences. */
export function quantity(value, unit) {
    return unit ? `${number(value)} ${unit}` : number(value);
}

/** How long ago, in words. */
export function age(millis) {
    const seconds = Math.max(0, Math.round(millis / 1_000));
    if (seconds < 2) {
        return "just now";
    }
    return `${duration(millis)} ago`;
}

/** A span of time in its largest sensible unit. */
export function duration(millis) {
    const seconds = Math.max(0, Math.round(millis / 1_000));
    if (seconds < 60) {
        return `${seconds} s`;
    }
    const minutes = Math.floor(seconds / 60);
    return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The time of day in the agent's own zone, or a dash. */
export function clock(time) {
    const millis = typeof time === "number" ? time : Date.parse(time);
    return Number.isFinite(millis) ? CLOCK.format(millis) : "–";
}

/** `signal_strength` and `bootCount` as words, `latency_ms` with its unit; abbreviations keep their capitals. */
export function title(name) {
    const spaced = String(name)
        .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
        .replace(/[_.-]+/g, " ")
        .trim()
        .toLowerCase();
    const words = spaced.split(" ").map((word) => (ABBREVIATIONS.includes(word) ? word.toUpperCase() : word));
    const unit = words.length > 1 ? UNITS[words.at(-1)] : undefined;
    const text = unit ? `${words.slice(0, -1).join(" ")} (${unit})` : words.join(" ");
    return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Parameters as a short text: one alone needs no name. */
export function parameters(params) {
    const entries = Object.entries(params ?? {});
    if (entries.length === 1) {
        return plain(entries[0][1]);
    }
    return entries.map(([name, value]) => `${title(name)} ${plain(value)}`).join(", ");
}

/** Any JSON value on one line. */
export function plain(value) {
    switch (typeof value) {
        case "string":
            return value;
        case "number":
            return String(Math.round(value * 100) / 100);
        case "boolean":
            return value ? "yes" : "no";
        default:
            return value === null || value === undefined ? "–" : JSON.stringify(value);
    }
}

/** What to add to the browser's clock to get the gateway's; small differences are the header's whole seconds. */
export function clockOffset(dateHeader, now) {
    const offset = Date.parse(dateHeader ?? "") - now;
    return Number.isFinite(offset) && Math.abs(offset) > 2_500 ? offset : 0;
}
