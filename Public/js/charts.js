// Line and bar charts on uPlot. A chart holds its last answer and nothing more, so its memory is bounded by one frame.
import { axis, hash, name, number, slots } from "./format.js";
import { exactText, indices, isFigure, scale, timeIndex } from "./rows.js";
import { empty, node } from "./widgets.js";

/* global uPlot */

const charts = new WeakMap();
/// So many series are drawn unless somebody asks for all.
const seriesLimit = 10;
const svgSpace = "http://www.w3.org/2000/svg";

export function lineChart(view, config, frame, element) {
    plot(view, config, frame, element, "line");
}

export function barChart(view, config, frame, element) {
    if (timeIndex(frame.data.columns) >= 0) return plot(view, config, frame, element, "bar");
    bars(view, config, frame);
}

/// Bars by category on one scale, from zero to either side, drawn as a list: each has its name and its number in the text.
function bars(view, config, { data: { columns, rows }, meta }) {
    const value = columns.findIndex(isFigure);
    if (value < 0 || rows.length === 0) return empty(view);
    const names = indices(columns, (column) => !isFigure(column));
    const { share } = scale(rows.map((row) => row[value]).filter((each) => each !== null), true);
    const zero = share(0);
    const list = node("ul", "bars");
    for (const row of rows) {
        const item = node("li");
        const called = names.map((index) => name(row[index], exactText(row, index))).join(" · ") || columns[value].name;
        const end = row[value] === null ? zero : share(row[value]);
        const bar = shape("svg", { class: "bar", viewBox: "0 0 100 12", preserveAspectRatio: "none", "aria-hidden": "true" });
        bar.append(shape("rect", { x: tenth(Math.min(zero, end) * 100), width: tenth(Math.abs(end - zero) * 100), height: 12 }));
        if (zero > 0) bar.append(shape("line", { x1: tenth(zero * 100), x2: tenth(zero * 100), y2: 12 }));
        const unit = config.unit ? ` ${config.unit}` : "";
        const figure = row[value] === null ? "–" : number(exactText(row, value) ?? row[value], config.decimals) + unit;
        item.append(node("span", "name", called), bar, node("span", "figure", figure));
        list.append(item);
    }
    const { scrollTop } = view.querySelector(".bars") ?? list;
    view.replaceChildren(list);
    if (meta.groups && meta.groups.shown < meta.groups.total) {
        view.append(node("p", "left-out", `${meta.groups.shown} of ${meta.groups.total} shown`));
    } else if (meta.truncated) {
        view.append(node("p", "left-out", `${rows.length} rows shown, there are more`));
    }
    list.scrollTop = scrollTop;
}

function shape(tag, attributes) {
    const element = document.createElementNS(svgSpace, tag);
    for (const [key, text] of Object.entries(attributes)) element.setAttribute(key, String(text));
    return element;
}

const tenth = (value) => Math.round(value * 10) / 10;

/// Columns of times and numbers by series: one a group and measure. WidgetSeries.swift makes the same of an answer.
export function series({ columns, rows }) {
    const time = timeIndex(columns);
    const figures = indices(columns, isFigure);
    const groups = indices(columns, (column, index) => index !== time && !isFigure(column));
    const at = (row, index) => (time < 0 ? index : Date.parse(row[time]) / 1000);
    const times = [...new Set(rows.map(at))].sort((a, b) => a - b);
    const place = new Map(times.map((moment, index) => [moment, index]));
    const found = new Map();
    rows.forEach((row, index) => {
        const group = groups.map((column) => name(row[column], exactText(row, column))).join(" · ");
        for (const figure of figures) {
            const label = [group, figures.length > 1 || !group ? columns[figure].name : ""].filter(Boolean).join(" ");
            const each = found.get(label) ?? { label, values: new Array(times.length).fill(null), size: 0, newest: -1 };
            found.set(label, each);
            const spot = place.get(at(row, index));
            each.values[spot] = row[figure];
            if (row[figure] === null) continue;
            each.size += Math.abs(row[figure]);
            if (spot < each.newest) continue;
            each.newest = spot;
            each.last = exactText(row, figure) ?? row[figure];
        }
    });
    const all = [...found.values()].sort((a, b) => b.size - a.size || hash(a.label) - hash(b.label));
    return { times, all };
}

const byName = (a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0);

function plot(view, config, frame, element, kind) {
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

/// Between the largest numbers there are lies more than a number can say: those are drawn at a smaller scale.
function factorOf(drawn) {
    const isHuge = drawn.some(({ values }) => values.some((value) => Math.abs(value) > 1e300));
    return isHuge ? 1e-16 : 1;
}

const inBounds = (value) => Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);

const keyOf = (drawn) => drawn.map(({ label, slot }) => `${slot} ${label}`).join("\n");

/// What is left out is said where it is left out, with the way to see it.
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
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const box = node("div", "chart");
    box.setAttribute("role", "img");
    view.replaceChildren(box);
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

const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const tickForms = {
    day: new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" }),
    minute: new Intl.DateTimeFormat(undefined, clock),
    second: new Intl.DateTimeFormat(undefined, { ...clock, second: "2-digit" }),
};

/// The time of a tick; its day where a day begins.
function tickText(seconds, step) {
    const date = new Date(seconds * 1000);
    const isMidnight = date.getHours() + date.getMinutes() + date.getSeconds() === 0;
    const form = step >= 86_400 || isMidnight ? "day" : step >= 60 ? "minute" : "second";
    return tickForms[form].format(date);
}

/// As wide as what it says: a figure is never cut.
const axisWidth = (texts) => Math.max(40, 16 + 6.5 * Math.max(0, ...(texts ?? []).map((text) => text.length)));

function yRange({ config, kind, factor }, low, high) {
    const min = config.min !== undefined && config.min !== "" ? Number(config.min) * factor : undefined;
    const max = config.max !== undefined && config.max !== "" ? Number(config.max) * factor : undefined;
    if (low === null || high === null) return [min ?? 0, max ?? 1];
    // Bars need zero in the picture, on whichever side of it they are; a line touches it when it comes near.
    const from = kind === "bar" ? Math.min(0, low) : low;
    const to = kind === "bar" ? Math.max(0, high) : high;
    const pad = (to - from || Math.abs(to) || 1) * 0.08;
    const bottom = from >= 0 && (kind === "bar" || from - pad < 0) ? 0 : from - pad;
    const top = to <= 0 && (kind === "bar" || to + pad > 0) ? 0 : to + pad;
    return [min ?? bottom, max ?? top];
}

function dispose(view) {
    const chart = charts.get(view);
    if (!chart) return;
    removeEventListener("dash:theme", chart.recolour);
    chart.observer.disconnect();
    chart.uplot.destroy();
    charts.delete(view);
}
