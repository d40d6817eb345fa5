// Line and bar charts on uPlot. A chart holds its last answer and nothing more, so its memory is bounded by one frame.
import { axisWidth, tickText, yRange } from "./axes.js";
import { empty, node } from "./elements.js";
import { axis, number, slots } from "./format.js";
import { isFigure } from "./rows.js";
import { series } from "./series.js";

/* global uPlot */

const charts = new WeakMap();
/** So many series are drawn unless somebody asks for all. */
const seriesLimit = 10;

const byName = (a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0);

/**
 * Shows an answer over time.
 * @param {HTMLElement} view
 * @param {Record<string, any>} config
 * @param {import("./widgets/kinds.js").Frame} frame
 * @param {HTMLElement} element
 * @param {"line" | "bar"} kind
 */
export function plot(view, config, frame, element, kind) {
    const { times, all } = series(frame.data);
    if (times.length === 0) {
        dispose(view);
        return empty(view);
    }
    const drawn = (element.dataset.all ? all : all.slice(0, seriesLimit)).toSorted(byName);
    const colours = slots(drawn.map((each) => each.label));
    for (const each of drawn) each.slot = colours.get(each.label);
    const meta = frame.meta;
    // The first and last bar stand on the ends of the range and need half their width beyond them.
    const margin = kind === "bar" ? (frame.bucket_seconds ?? 0) / 2 : 0;
    const range = [Date.parse(meta.from) / 1000 - margin, Date.parse(meta.to) / 1000 + margin];
    const factor = factorOf(drawn);
    const data = [times, ...drawn.map(({ values }) => (factor === 1 ? values : values.map((value) => value && value * factor)))];
    let chart = charts.get(view);
    if (chart && chart.key !== keyOf(drawn)) {
        dispose(view);
        chart = undefined;
    }
    if (!chart) {
        chart = { key: keyOf(drawn), series: drawn, range, kind, config, factor, data };
        charts.set(view, chart);
        build(view, chart);
        view.addEventListener("dash:clear", () => dispose(view), { once: true });
    }
    chart.range = range;
    chart.factor = factor;
    chart.data = data;
    chart.uplot.setData(chart.data);
    const figures = frame.data.columns.filter(isFigure).length || 1;
    const total = Math.max(all.length, (meta.groups?.total ?? 0) * figures);
    tellLeftOut(view, drawn.length, all.length, total, meta.truncated, () => {
        element.dataset.all = element.dataset.all ? "" : "all";
        plot(view, config, frame, element, kind);
    });
    const last = drawn.map(({ label, last: value }) => `${label}: last ${number(value ?? "–", config.decimals)}`).join(", ");
    chart.box.setAttribute("aria-label", last);
    element.dataset.points = String(times.length);
    element.dataset.series = String(drawn.length);
    element.dataset.last = String(drawn[0]?.last ?? "");
}

/** Between the largest numbers there are lies more than a number can say: those are drawn at a smaller scale. */
function factorOf(drawn) {
    const isHuge = drawn.some(({ values }) => values.some((value) => Math.abs(value) > 1e300));
    return isHuge ? 1e-16 : 1;
}

const inBounds = (value) => Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);

const keyOf = (drawn) => drawn.map(({ label, slot }) => `${slot} ${label}`).join("\n");

/** What is left out is said where it is left out, with the way to see it. */
function tellLeftOut(view, shown, sent, total, isTruncated, change) {
    const words = shown < total ? `${shown} of ${total} shown` : isTruncated ? "The newest part of the range is shown" : "";
    const isLimited = sent > seriesLimit;
    const key = `${words} ${shown} ${sent}`;
    const old = view.querySelector(".left-out");
    if (old?.dataset.key === key) {
        old.change = change;
        return;
    }
    old?.remove();
    if (!words && !isLimited) return;
    const note = node("p", "left-out", words);
    note.dataset.key = key;
    note.change = change;
    if (isLimited) {
        const button = node("button", "", shown < sent ? (sent < total ? `Show ${sent}` : "Show all") : `Show ${seriesLimit}`);
        button.type = "button";
        button.addEventListener("click", () => note.change());
        note.append(button);
    }
    view.append(note);
}

function build(view, chart) {
    const box = node("div", "chart");
    box.setAttribute("role", "img");
    view.replaceChildren(box);
    const colour = (name) => colourOf(name, box);
    const size = () => ({ width: Math.max(80, box.clientWidth), height: Math.max(60, box.clientHeight) });
    const look = { stroke: colour("--muted"), grid: { stroke: colour("--grid-line"), width: 1 }, ticks: { show: false }, font: "11px system-ui, sans-serif" };
    const bars = chart.kind === "bar" ? uPlot.paths.bars({ size: [0.7, 40], radius: 0.15 }) : undefined;
    const spaced = chart.series.length > 1;
    chart.box = box;
    chart.uplot = new uPlot({
        ...size(),
        legend: { show: spaced, live: false, markers: { width: 0, fill: (_, index) => colour(`--series-${chart.series[index - 1]?.slot ?? 1}`) } },
        cursor: { y: false, points: { size: 6 } },
        scales: {
            x: { time: true, range: () => chart.range },
            y: { range: (_, low, high) => yRange(chart, low, high) },
        },
        axes: [
            { ...look, space: 64, size: 32, values: (_, ticks, __, ___, step) => ticks.map((tick) => tickText(tick, step)) },
            { ...look, size: (_, texts) => axisWidth(texts), values: (_, ticks) => axis(ticks.map((tick) => inBounds(tick / chart.factor))) },
        ],
        series: [
            {},
            ...chart.series.map(({ label, slot }) => {
                const stroke = colour(`--series-${slot}`);
                return {
                    label,
                    stroke,
                    width: chart.kind === "bar" ? 0 : 1.5,
                    fill: chart.kind === "bar" ? stroke : undefined,
                    paths: bars,
                    // Bars stand on zero, on whichever side of it they end.
                    fillTo: chart.kind === "bar" ? () => 0 : undefined,
                    spanGaps: true,
                    points: { show: chart.kind !== "bar" && chart.data[0].length < 3 },
                };
            }),
        ],
    }, chart.data, box);
    chart.observer = new ResizeObserver(() => {
        const { width, height } = size();
        const legend = spaced ? box.querySelector(".u-legend")?.offsetHeight ?? 0 : 0;
        chart.uplot.setSize({ width, height: Math.max(60, height - legend) });
    });
    chart.observer.observe(box);
    chart.recolour = () => {
        const kept = chart;
        dispose(view);
        charts.set(view, kept);
        build(view, kept);
    };
    addEventListener("dash:theme", chart.recolour);
}

/** A colour of the stylesheet as a canvas takes it: the one of the two that holds now. */
function colourOf(name, box) {
    box.style.color = `var(${name})`;
    const { color } = getComputedStyle(box);
    box.style.color = "";
    return color;
}

function dispose(view) {
    const chart = charts.get(view);
    if (!chart) return;
    removeEventListener("dash:theme", chart.recolour);
    chart.observer.disconnect();
    chart.uplot.destroy();
    charts.delete(view);
}
