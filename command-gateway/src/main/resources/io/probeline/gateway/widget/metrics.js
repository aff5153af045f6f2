// aggregates ──▶ the last value of each metric and a short, bounded history

/** How far back the plots show. */
export const HISTORY_MILLIS = 120_000;
const MAX_POINTS = 150;
const MAX_METRICS = 64;
const FIRST = ["signal_strength", "latency", "packet_loss", "errors"];

/** Takes one window; a metric of the same window length that is not in it was silent, and its plot shows a gap. */
export function foldAggregate(metrics, aggregate) {
    const window = windowOf(aggregate);
    if (window === null) {
        return metrics;
    }
    const next = new Map(metrics);
    const values = new Map(Object.entries(aggregate.metrics ?? {}));
    for (const [name, value] of values) {
        if (next.has(name) || next.size < MAX_METRICS) {
            next.set(name, withWindow(next.get(name), value, window));
        }
    }
    for (const [name, metric] of metrics) {
        if (!values.has(name) && metric.windowMillis === window.windowMillis) {
            next.set(name, withWindow(metric, null, window));
        }
    }
    return next;
}

/** Takes the values of a session snapshot, which knows no window: only where nothing newer is known. */
export function foldSnapshot(metrics, aggregates, now) {
    const next = new Map(metrics);
    for (const [name, value] of Object.entries(aggregates ?? {})) {
        const known = next.get(name);
        const outdated = known === undefined || known.windowEnd === null || now - known.windowEnd > 10_000;
        if (outdated && (known !== undefined || next.size < MAX_METRICS)) {
            next.set(name, { ...blank(), ...known, ...valuesOf(value), silent: !hasData(value) });
        }
    }
    return next;
}

/** The metrics in the order in which an agent reads them: what the rules watch first, then by name. */
export function inOrder(metrics) {
    const rank = (name) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
    return [...metrics.entries()].sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
}

function withWindow(known, value, window) {
    const metric = known ?? blank();
    if (metric.windowEnd !== null && window.windowEnd < metric.windowEnd) {
        return metric; // A resumed stream may repeat a window: an older one changes nothing.
    }
    const present = value !== null && hasData(value);
    const values = present ? valuesOf(value) : {};
    const point = present
        ? { at: window.windowEnd, avg: values.avg, min: values.min, max: values.max, gap: false }
        : { at: window.windowEnd, avg: null, min: null, max: null, gap: true };
    return { ...metric, ...values, ...window, silent: !present, history: withPoint(metric.history, point) };
}

function withPoint(history, point) {
    const oldest = point.at - HISTORY_MILLIS - 15_000;
    const kept = history.filter((each) => each.at >= oldest && each.at !== point.at);
    return [...kept, point].slice(-MAX_POINTS);
}

function windowOf(aggregate) {
    const start = Date.parse(aggregate?.windowStart);
    const end = Date.parse(aggregate?.windowEnd);
    if (Number.isNaN(start) || Number.isNaN(end)) {
        return null;
    }
    const { received = null, expected = null, lost = null, duplicate = null, late = null } = aggregate;
    return { windowEnd: end, windowMillis: end - start, received, expected, lost, duplicate, late };
}

function blank() {
    return {
        min: null,
        max: null,
        avg: null,
        last: null,
        count: null,
        unit: null,
        level: null,
        windowEnd: null,
        windowMillis: null,
        received: null,
        expected: null,
        lost: null,
        duplicate: null,
        late: null,
        silent: false,
        history: [],
    };
}

function valuesOf({ min = null, max = null, avg = null, last = null, count = null, unit = null, level = null }) {
    return { min, max, avg, last, count, unit, level };
}

function hasData(value) {
    return value !== null && value.count !== 0 && [value.last, value.avg].some((each) => Number.isFinite(each));
}
