// a metric's history ──▶ the paths of its plot

/** The plot's own coordinates; the picture is stretched to the card. */
export const PLOT = { width: 240, height: 56, inset: 4 };

/**
 * Paths of the average and of the band from min to max over the last `span` milliseconds.
 *
 * A gap stays a gap: a line drawn across a silence would show a device alive that was not.
 */
export function plotOf(history, { now, span, threshold = null }) {
    const visible = history.filter((point) => point.at > now - span && point.at <= now + span);
    const range = rangeOf(visible, threshold);
    const x = (point) => round(Math.min(1, (point.at - now + span) / span) * (PLOT.width - PLOT.inset));
    const y = (value) =>
        round(PLOT.inset + ((range.high - value) / (range.high - range.low)) * (PLOT.height - 2 * PLOT.inset));
    const segments = segmentsOf(visible);
    const newest = visible.at(-1);
    return {
        line: segments.map((points) => lineOf(points, x, (point) => y(point.avg))).join(""),
        band: segments.map((points) => bandOf(points, x, y)).join(""),
        dot: newest && !newest.gap ? `M${x(newest)} ${y(newest.avg)}h0` : "",
        threshold: threshold === null ? "" : `M0 ${y(threshold)}H${PLOT.width}`,
        low: range.low,
        high: range.high,
        points: visible.filter((point) => !point.gap).length,
    };
}

function segmentsOf(points) {
    const segments = [];
    let current = [];
    for (const point of points) {
        if (point.gap) {
            current = [];
        } else {
            if (current.length === 0) {
                segments.push(current);
            }
            current.push(point);
        }
    }
    return segments;
}

function rangeOf(points, threshold) {
    const values = points
        .filter((point) => !point.gap)
        .flatMap((point) => [point.min ?? point.avg, point.max ?? point.avg]);
    if (threshold !== null) {
        values.push(threshold);
    }
    if (values.length === 0) {
        return { low: 0, high: 1 };
    }
    const low = Math.min(...values);
    const high = Math.max(...values);
    // A nearly flat line stays flat: without a least height, noise in the last digit would look like a storm.
    const least = Math.max(1, Math.abs(high) * 0.05);
    const missing = Math.max(0, least - (high - low)) / 2;
    return { low: low - missing, high: high + missing };
}

function lineOf(points, x, y) {
    const [first, ...rest] = points;
    const start = `M${x(first)} ${y(first)}`;
    return rest.length === 0 ? `${start}h0` : start + rest.map((point) => `L${x(point)} ${y(point)}`).join("");
}

function bandOf(points, x, y) {
    const there = points.map((point) => `${x(point)} ${y(point.max ?? point.avg)}`);
    const back = points.map((point) => `${x(point)} ${y(point.min ?? point.avg)}`).reverse();
    return `M${[...there, ...back].join("L")}Z`;
}

function round(value) {
    return Math.round(value * 10) / 10;
}
