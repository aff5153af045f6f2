// metrics ──▶ one card each: value, level, spread, completeness, the last two minutes

import { chip } from "./chip.js";
import { el, keyed, mark, show, svg, write } from "./dom.js";
import { clock, number, quantity, title } from "./format.js";
import { HISTORY_MILLIS, inOrder } from "./metrics.js";
import { standing } from "./model.js";
import { PLOT, plotOf } from "./plot.js";
import { levelWords } from "./words.js";

/** Windows come this late at most while all is well; older values are marked as old. */
const PATIENCE_MILLIS = 6_000;

/** The grid of metric cards. */
export function metricsView(page) {
    return {
        render(screen) {
            const metrics = inOrder(screen.model.metrics);
            const alerts = new Map(standing(screen.model).map((alert) => [alert.metric, alert]));
            show(page["no-metrics"], metrics.length === 0);
            keyed(page.metrics, metrics, {
                key: ([name]) => name,
                create: ([name]) => card(name),
                update: (row, [, metric]) => row.update(metric, { ...screen, alert: alerts.get(row.name) ?? null }),
            });
        },
    };
}

function card(name) {
    const level = chip({ class: "metric-level" });
    const value = el("span", { class: "metric-number" });
    const unit = el("span", { class: "metric-unit" });
    const picture = plot();
    const stats = { avg: stat("avg"), min: stat("min"), max: stat("max") };
    const meter = el("span", { class: "meter", "aria-hidden": "true" }, el("span"));
    const complete = el("span", { data: { testid: `completeness-${name}` } });
    const root = el(
        "article",
        { class: "metric", data: { testid: `metric-${name}` } },
        el("h3", { text: title(name) }),
        level.root,
        el("p", { class: "metric-value" }, value, unit),
        el("dl", { class: "stats" }, ...Object.values(stats).map((each) => each.root)),
        picture.root,
        el("p", { class: "completeness" }, meter, complete),
    );

    const update = (metric, { now, stream, alert }) => {
        const old = isOld(metric, now, stream);
        level.set(levelWords(metric.level));
        show(level.root, metric.level !== null);
        mark(root, "data-level", metric.level ?? "none");
        mark(root, "data-old", old);
        mark(root, "data-last", metric.last);
        write(value, number(metric.last));
        write(unit, metric.unit);
        Object.entries(stats).forEach(([kind, each]) => write(each.value, number(metric[kind])));
        picture.update(metric, now, alert);
        write(complete, completeness(metric, old, stream));
        mark(complete.parentElement, "data-complete", metric.received >= metric.expected);
        meter.firstElementChild.style.inlineSize = `${Math.round(share(metric) * 100)}%`;
    };
    return { root, name, update };
}

function stat(label) {
    const value = el("dd");
    return { root: el("div", {}, el("dt", { text: label }), value), value };
}

function plot() {
    const paths = Object.fromEntries(
        ["band", "threshold", "line", "dot"].map((part) => [part, svg("path", { class: `plot-${part}` })]),
    );
    const view = {
        viewBox: `0 0 ${PLOT.width} ${PLOT.height}`,
        preserveAspectRatio: "none",
        role: "img",
        class: "plot",
    };
    const root = svg("svg", view, ...Object.values(paths));
    const update = (metric, now, alert) => {
        const threshold = Number.isFinite(alert?.threshold) ? alert.threshold : null;
        const drawn = plotOf(metric.history, { now, span: HISTORY_MILLIS, threshold });
        Object.entries(paths).forEach(([part, path]) => mark(path, "d", drawn[part] || null));
        mark(root, "aria-label", plotWords(metric, drawn));
    };
    return { root, update };
}

function plotWords(metric, drawn) {
    if (drawn.points === 0) {
        return "No values in the last 2 minutes";
    }
    const seen = metric.history.filter((point) => !point.gap);
    const low = Math.min(...seen.map((point) => point.min ?? point.avg));
    const high = Math.max(...seen.map((point) => point.max ?? point.avg));
    return `Last 2 minutes: from ${quantity(low, metric.unit)} to ${quantity(high, metric.unit)}`;
}

function isOld(metric, now, stream) {
    if (metric.silent || stream.kind !== "live") {
        return true;
    }
    return metric.windowEnd !== null && now - metric.windowEnd > 2 * metric.windowMillis + PATIENCE_MILLIS;
}

function completeness(metric, old, stream) {
    const lastPoint = metric.history.findLast((point) => !point.gap);
    if (old) {
        // Without a live view we do not know whether there is data; we only know how old ours is.
        const asOf = lastPoint ? `as of ${clock(lastPoint.at)}` : null;
        return [stream.kind === "live" ? "no data" : null, asOf].filter(Boolean).join(", ");
    }
    if (metric.received === null) {
        return metric.count === null ? "" : `${metric.count} readings`;
    }
    const missing = metric.expected - metric.received;
    const counted =
        metric.expected > 0 ? `${metric.received} of ${metric.expected} readings` : `${metric.received} readings`;
    return missing > 0 ? `${counted}, ${missing} missing` : counted;
}

function share(metric) {
    return metric.expected > 0 ? Math.min(1, metric.received / metric.expected) : 0;
}
