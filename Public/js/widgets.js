// One function for each type of widget: (view, config, frame) → what is seen.
import { barChart, lineChart } from "./charts.js";
import { cell, number, time, whole } from "./format.js";
import { exactText, isFigure, scale, take, timeIndex } from "./rows.js";

const types = { table, line_chart: lineChart, bar_chart: barChart, stat_card: stat, gauge };

export function draw(element, frame) {
    // A text is what the server wrote.
    if (!types[frame.type]) return;
    const view = element.querySelector(".view");
    const config = JSON.parse(element.dataset.config || "{}");
    if (frame.error !== undefined) {
        view.dispatchEvent(new CustomEvent("dash:clear"));
        view.replaceChildren(node("p", "trouble", frame.error));
        return;
    }
    take(frame.data);
    element.dataset.updated = String(Number(element.dataset.updated || 0) + 1);
    types[frame.type](view, config, frame, element);
}

export function node(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
}

export function empty(view) {
    view.dispatchEvent(new CustomEvent("dash:clear"));
    view.replaceChildren(node("p", "waiting", "No data in this range yet."));
}

function table(view, config, { data, meta }) {
    view.classList.add("flush");
    const table = node("table");
    const head = table.createTHead().insertRow();
    for (const column of data.columns) {
        const th = node("th", column.type === "number" ? "num" : "", column.name);
        th.scope = "col";
        head.append(th);
    }
    const body = table.createTBody();
    for (const row of data.rows) {
        const tr = body.insertRow();
        row.forEach((value, index) => {
            const column = data.columns[index];
            const exact = exactText(row, index);
            const td = node("td", column.type === "number" ? "num" : "", cell(value, column, exact));
            // What the figure leaves out is there for who points at it.
            const all = typeof value === "number" && column.role !== "group" ? whole(exact ?? value) : undefined;
            if (all) td.title = all;
            tr.append(td);
        });
    }
    if (data.rows.length === 0) {
        const td = body.insertRow().insertCell();
        td.colSpan = Math.max(1, data.columns.length);
        td.className = "muted";
        td.textContent = "No data in this range yet.";
    }
    const { scrollTop } = view;
    view.replaceChildren(table);
    if (meta.truncated) {
        const { groups } = meta;
        const isShort = groups && groups.shown < groups.total;
        const words = isShort ? `${groups.shown} of ${groups.total} shown` : `${data.rows.length} rows shown, there are more`;
        view.append(node("p", "left-out", words));
    }
    view.scrollTop = scrollTop;
}

/// The rows from the oldest to the newest: an answer may come newest first.
function inTime({ columns, rows }) {
    const at = timeIndex(columns);
    return at >= 0 && rows.length > 1 && rows[0][at] > rows.at(-1)[at] ? rows.toReversed() : rows;
}

/// The last row's first number, or its first value that is not a time; with what was there before, for a number.
function latest({ columns, rows }) {
    const ordered = inTime({ columns, rows });
    const row = ordered.at(-1);
    if (!row) return undefined;
    let index = columns.findIndex((column, i) => isFigure(column) && row[i] !== null);
    for (const role of ["measure", "group"]) {
        if (index < 0) index = columns.findIndex((column, i) => column.role === role && row[i] !== null);
    }
    if (index < 0) return undefined;
    const at = timeIndex(columns);
    const known = at < 0 || !isFigure(columns[index]) ? [] : ordered.filter((each) => each[index] !== null);
    return {
        value: row[index],
        text: exactText(row, index),
        name: columns[index].name,
        at: at < 0 ? undefined : row[at],
        trend: known.map((each) => each[index]),
        texts: known.slice(-2).map((each) => exactText(each, index) ?? String(each[index])),
    };
}

function stat(view, config, { data }, element) {
    const last = latest(data);
    if (!last || last.value === null) return empty(view);
    let box = view.querySelector(".stat");
    if (!box?.querySelector(".said")) {
        box = node("div", "stat");
        const line = node("p", "value");
        line.append(node("span", "figure"), node("span", "unit", config.unit || ""));
        const note = node("p", "label");
        note.append(node("span", "delta"), node("span", "what"));
        const said = node("p", "said sr-only");
        said.setAttribute("aria-live", "polite");
        box.append(line, note, said);
        view.replaceChildren(box);
    }
    const text = typeof last.value === "number" ? number(last.text ?? last.value, config.decimals) : last.text ?? written(last.value);
    const figure = box.querySelector(".figure");
    if (figure.textContent !== text) figure.textContent = text;
    figure.className = `figure ${sizeOf(text)}`;
    box.querySelector(".what").textContent = last.at ? `${last.name} at ${time(last.at)}` : last.name;
    const delta = box.querySelector(".delta");
    const change = difference(last.texts);
    const isFall = String(change).startsWith("-");
    delta.textContent = Number(change) === 0 ? "" : `${isFall ? "▼" : "▲"} ${number(String(change).replace("-", ""), config.decimals)}`;
    delta.title = delta.textContent ? "Change since the record before" : "";
    sparkline(box, last.trend);
    say(box.querySelector(".said"), `${element.dataset.title}: ${text} ${config.unit || ""}`);
}

const written = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));

/// A figure is never cut: one of many digits is smaller.
const sizeOf = (text) => (text.length > 14 ? "longer" : text.length > 7 ? "long" : "");

/// How far the second number is from the first; whole ones to the digit. Of others only what both are exact to counts.
function difference([before, now]) {
    if (now === undefined) return 0;
    if ([before, now].every((text) => /^-?\d+$/.test(text))) return BigInt(now) - BigInt(before);
    const change = Number(now) - Number(before);
    return Number.isFinite(change) ? Number(change.toPrecision(12)) : 0;
}

/// Values may change many times a second: a screen reader is told at most every ten seconds.
function say(element, text) {
    const now = Date.now();
    if (Number(element.dataset.at || 0) > now - 10_000 || element.textContent === text) return;
    element.dataset.at = String(now);
    element.textContent = text;
}

function sparkline(box, values) {
    let svg = box.querySelector(".spark");
    if (values.length < 3) return svg?.remove();
    if (!svg) {
        svg = document.createElementNS(svgSpace, "svg");
        svg.setAttribute("class", "spark");
        svg.setAttribute("viewBox", "0 0 100 24");
        svg.setAttribute("preserveAspectRatio", "none");
        svg.setAttribute("aria-hidden", "true");
        const line = document.createElementNS(svgSpace, "polyline");
        line.setAttribute("vector-effect", "non-scaling-stroke");
        svg.append(line);
        box.append(svg);
    }
    const { share } = scale(values, false);
    const points = values.map((value, index) => `${((index / (values.length - 1)) * 100).toFixed(1)},${(22 - share(value) * 20).toFixed(1)}`);
    svg.firstElementChild.setAttribute("points", points.join(" "));
}

const svgSpace = "http://www.w3.org/2000/svg";

function gauge(view, config, { data }) {
    const last = latest(data);
    if (!last || typeof last.value !== "number") return empty(view);
    const min = Number(config.min ?? 0);
    const max = Number(config.max ?? 100);
    const share = Math.min(1, Math.max(0, (last.value - min) / (max - min || 1)));
    let box = view.querySelector(".gauge");
    if (!box) {
        view.dispatchEvent(new CustomEvent("dash:clear"));
        box = node("div", "gauge");
        const svg = document.createElementNS(svgSpace, "svg");
        svg.setAttribute("viewBox", "0 0 120 76");
        svg.setAttribute("role", "img");
        const shape = (tag, className, attributes) => {
            const element = document.createElementNS(svgSpace, tag);
            element.setAttribute("class", className);
            for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
            svg.append(element);
            return element;
        };
        const half = "M 12 64 A 48 48 0 0 1 108 64";
        shape("path", "track", { d: half });
        shape("path", "arc", { d: half, pathLength: "100" });
        shape("text", "figure", { x: "60", y: "58" });
        shape("text", "scale", { x: "12", y: "75" }).textContent = number(min);
        shape("text", "scale", { x: "108", y: "75" }).textContent = number(max);
        box.append(svg);
        view.replaceChildren(box);
    }
    const text = number(last.text ?? last.value, config.decimals) + (config.unit ? ` ${config.unit}` : "");
    box.querySelector(".arc").setAttribute("stroke-dasharray", `${share * 100} 200`);
    const figure = box.querySelector(".figure");
    figure.textContent = text;
    figure.setAttribute("class", `figure ${sizeOf(text)}`);
    box.querySelector("svg").setAttribute("aria-label", `${last.name}: ${text}, from ${number(min)} to ${number(max)}`);
}
