// One function for each type of widget: (view, config, frame) → what is seen.
import { barChart, lineChart } from "./charts.js";
import { cell, number, time } from "./format.js";

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

function table(view, config, { data }) {
    view.classList.add("flush");
    const table = node("table");
    const head = table.createTHead().insertRow();
    for (const column of data.columns) {
        const th = node("th", column.type === "number" ? "num" : "", column.name);
        th.scope = "col";
        head.append(th);
    }
    const body = table.createTBody();
    for (const row of data.rows.slice(0, 100)) {
        const tr = body.insertRow();
        row.forEach((value, index) => {
            const type = data.columns[index].type;
            tr.append(node("td", type === "number" ? "num" : "", cell(value, type)));
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
    view.scrollTop = scrollTop;
}

/// The rows from the oldest to the newest: an answer may come newest first.
function inTime({ columns, rows }) {
    const at = columns.findIndex((column) => column.type === "time");
    return at >= 0 && rows.length > 1 && rows[0][at] > rows.at(-1)[at] ? rows.toReversed() : rows;
}

/// The last row's first number, or its first value that is not a time; with what was there before, for a number.
function latest({ columns, rows }) {
    const ordered = inTime({ columns, rows });
    const row = ordered.at(-1);
    if (!row) return undefined;
    let index = columns.findIndex((column, i) => column.type === "number" && row[i] !== null);
    if (index < 0) index = columns.findIndex((column, i) => column.type !== "time" && row[i] !== null);
    if (index < 0) return undefined;
    const at = columns.findIndex((column) => column.type === "time");
    const trend = at < 0 || columns[index].type !== "number" ? [] : ordered.map((each) => each[index]).filter((value) => value !== null);
    return { value: row[index], name: columns[index].name, at: at < 0 ? undefined : row[at], trend };
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
    const text = typeof last.value === "number" ? number(last.value, config.decimals) : String(last.value);
    const figure = box.querySelector(".figure");
    if (figure.textContent !== text) figure.textContent = text;
    box.querySelector(".what").textContent = last.at ? `${last.name} at ${time(last.at)}` : last.name;
    const delta = box.querySelector(".delta");
    const before = last.trend.at(-2);
    const change = before === undefined ? 0 : last.value - before;
    delta.textContent = change === 0 ? "" : `${change > 0 ? "▲" : "▼"} ${number(Math.abs(change), config.decimals)}`;
    delta.title = delta.textContent ? "Change since the record before" : "";
    sparkline(box, last.trend);
    say(box.querySelector(".said"), `${element.dataset.title}: ${text} ${config.unit || ""}`);
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
    const low = Math.min(...values);
    const span = Math.max(...values) - low || 1;
    const points = values.map((value, index) => `${((index / (values.length - 1)) * 100).toFixed(1)},${(22 - ((value - low) / span) * 20).toFixed(1)}`);
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
    const text = number(last.value, config.decimals) + (config.unit ? ` ${config.unit}` : "");
    box.querySelector(".arc").setAttribute("stroke-dasharray", `${share * 100} 200`);
    box.querySelector(".figure").textContent = text;
    box.querySelector("svg").setAttribute("aria-label", `${last.name}: ${text}, from ${number(min)} to ${number(max)}`);
}
