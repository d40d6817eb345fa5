// Line and bar charts on uPlot. A chart holds its last answer and nothing more, so its memory is bounded by one frame.
import { number } from "./format.js";
import { empty, node } from "./widgets.js";

/* global uPlot */

const charts = new WeakMap();
const seriesLimit = 6;
const svgSpace = "http://www.w3.org/2000/svg";

export function lineChart(view, config, frame, element) {
    plot(view, config, frame, element, "line");
}

export function barChart(view, config, frame, element) {
    if (frame.data.columns[0]?.type === "time") return plot(view, config, frame, element, "bar");
    bars(view, config, frame.data);
}

/// Bars by category, drawn as a list: each has its name and its number in the text.
function bars(view, config, { columns, rows }) {
    const value = columns.findIndex((column) => column.type === "number");
    if (value < 0 || rows.length === 0) return empty(view);
    const names = columns.map((_, index) => index).filter((index) => index !== value && columns[index].type !== "number");
    const top = Math.max(...rows.map((row) => Math.abs(row[value] ?? 0)), Number.EPSILON);
    const list = node("ul", "bars");
    for (const row of rows.slice(0, 50)) {
        const item = node("li");
        const name = names.map((index) => row[index] ?? "–").join(" · ") || columns[value].name;
        const bar = document.createElementNS(svgSpace, "svg");
        for (const [key, text] of Object.entries({ class: "bar", viewBox: "0 0 100 12", preserveAspectRatio: "none", "aria-hidden": "true" })) {
            bar.setAttribute(key, text);
        }
        const fill = document.createElementNS(svgSpace, "rect");
        fill.setAttribute("width", String((Math.abs(row[value] ?? 0) / top) * 100));
        fill.setAttribute("height", "12");
        bar.append(fill);
        const unit = config.unit ? ` ${config.unit}` : "";
        item.append(node("span", "name", name), bar, node("span", "figure", number(row[value], config.decimals) + unit));
        list.append(item);
    }
    const { scrollTop } = view.querySelector(".bars") ?? list;
    view.replaceChildren(list);
    list.scrollTop = scrollTop;
}

/// Columns of times and numbers by series. Text columns split a number column into one series a value.
export function series({ columns, rows }) {
    const time = columns.findIndex((column) => column.type === "time");
    const figures = columns.map((_, index) => index).filter((index) => columns[index].type === "number");
    const groups = columns.map((_, index) => index)
        .filter((index) => index !== time && !figures.includes(index));
    const times = [...new Set(rows.map((row) => Date.parse(row[time]) / 1000))].sort((a, b) => a - b);
    const place = new Map(times.map((at, index) => [at, index]));
    const found = new Map();
    for (const row of rows) {
        const group = groups.map((index) => row[index] ?? "–").join(" · ");
        for (const index of figures) {
            const label = [group, figures.length > 1 || !group ? columns[index].name : ""].filter(Boolean).join(" ");
            if (!found.has(label)) {
                if (found.size === seriesLimit) continue;
                found.set(label, new Array(times.length).fill(null));
            }
            found.get(label)[place.get(Date.parse(row[time]) / 1000)] = row[index];
        }
    }
    return { times, labels: [...found.keys()], values: [...found.values()] };
}

function plot(view, config, frame, element, kind) {
    const { times, labels, values } = series(frame.data);
    if (times.length === 0) {
        dispose(view);
        return empty(view);
    }
    const meta = frame.meta;
    // The first and last bar stand on the ends of the range and need half their width beyond them.
    const margin = kind === "bar" ? (meta.bucket_seconds ?? 0) / 2 : 0;
    const range = [Date.parse(meta.from) / 1000 - margin, Date.parse(meta.to) / 1000 + margin];
    let chart = charts.get(view);
    if (chart && chart.labels.join("\n") !== labels.join("\n")) {
        dispose(view);
        chart = undefined;
    }
    if (!chart) {
        chart = { labels, range, kind, config, data: [times, ...values] };
        charts.set(view, chart);
        build(view, chart);
        view.addEventListener("dash:clear", () => dispose(view), { once: true });
    }
    chart.range = range;
    chart.data = [times, ...values];
    chart.uplot.setData(chart.data);
    const last = labels.map((label, index) => `${label} ${number(values[index].at(-1), config.decimals)}`).join(", ");
    chart.box.setAttribute("aria-label", `${element.dataset.title || "Chart"}: last ${last}`);
    element.dataset.points = String(times.length);
    element.dataset.last = String(values[0]?.at(-1) ?? "");
}

function build(view, chart) {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const box = node("div", "chart");
    box.setAttribute("role", "img");
    view.replaceChildren(box);
    const size = () => ({ width: Math.max(80, box.clientWidth), height: Math.max(60, box.clientHeight) });
    const axis = { stroke: colour("--muted"), grid: { stroke: colour("--grid-line"), width: 1 }, ticks: { show: false }, font: "11px system-ui, sans-serif" };
    const bars = chart.kind === "bar" ? uPlot.paths.bars({ size: [0.7, 40], radius: 0.15 }) : undefined;
    const spaced = chart.labels.length > 1;
    chart.box = box;
    chart.uplot = new uPlot({
        ...size(),
        legend: { show: spaced, live: false, markers: { width: 0, fill: (_, index) => colour(`--series-${((index - 1) % seriesLimit) + 1}`) } },
        cursor: { y: false, points: { size: 6 } },
        scales: {
            x: { time: true, range: () => chart.range },
            y: { range: (_, low, high) => yRange(chart, low, high) },
        },
        axes: [
            { ...axis, space: 64, size: 32, values: (_, ticks, __, ___, step) => ticks.map((tick) => tickText(tick, step)) },
            { ...axis, size: 48, values: (_, ticks) => ticks.map((tick) => number(tick)) },
        ],
        series: [
            {},
            ...chart.labels.map((label, index) => {
                const stroke = colour(`--series-${(index % seriesLimit) + 1}`);
                return {
                    label,
                    stroke,
                    width: chart.kind === "bar" ? 0 : 1.5,
                    fill: chart.kind === "bar" ? stroke : undefined,
                    paths: bars,
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

function yRange({ config, kind }, low, high) {
    const min = config.min !== undefined && config.min !== "" ? Number(config.min) : undefined;
    const max = config.max !== undefined && config.max !== "" ? Number(config.max) : undefined;
    if (low === null || high === null) return [min ?? 0, max ?? 1];
    const from = kind === "bar" ? Math.min(0, low) : low;
    const pad = (high - from || Math.abs(high) || 1) * 0.08;
    return [min ?? (kind === "bar" || (from >= 0 && from - pad < 0) ? Math.min(0, from) : from - pad), max ?? high + pad];
}

function dispose(view) {
    const chart = charts.get(view);
    if (!chart) return;
    removeEventListener("dash:theme", chart.recolour);
    chart.observer.disconnect();
    chart.uplot.destroy();
    charts.delete(view);
}
