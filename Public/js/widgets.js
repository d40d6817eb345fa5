// One function for each type of widget: (view, config, frame) → what is seen.
import { barChart, lineChart } from "./charts.js";
import { cell, number, time } from "./format.js";

const types = { table, line_chart: lineChart, bar_chart: barChart, stat_card: stat, gauge };

export function draw(element, frame) {
    const view = element.querySelector(".view");
    const config = JSON.parse(element.dataset.config || "{}");
    if (frame.error !== undefined) {
        view.dispatchEvent(new CustomEvent("dash:clear"));
        view.replaceChildren(node("p", "trouble", frame.error));
        return;
    }
    element.dataset.updated = String(Number(element.dataset.updated || 0) + 1);
    types[frame.type]?.(view, config, frame, element);
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

/// The last row's first number, or its first value that is not a time.
function latest({ columns, rows }) {
    const row = rows.at(-1);
    if (!row) return undefined;
    let index = columns.findIndex((column, i) => column.type === "number" && row[i] !== null);
    if (index < 0) index = columns.findIndex((column) => column.type !== "time");
    if (index < 0) return undefined;
    const at = columns.findIndex((column) => column.type === "time");
    return { value: row[index], name: columns[index].name, at: at < 0 ? undefined : row[at] };
}

function stat(view, config, { data }) {
    const last = latest(data);
    if (!last || last.value === null) return empty(view);
    let box = view.querySelector(".stat");
    if (!box) {
        box = node("div", "stat");
        const line = node("p", "value");
        line.setAttribute("aria-live", "polite");
        line.append(node("span", "figure"), node("span", "unit", config.unit || ""));
        box.append(line, node("p", "label"));
        view.replaceChildren(box);
    }
    const text = typeof last.value === "number" ? number(last.value, config.decimals) : String(last.value);
    const figure = box.querySelector(".figure");
    if (figure.textContent !== text) figure.textContent = text;
    box.querySelector(".label").textContent = last.at ? `${last.name} at ${time(last.at)}` : last.name;
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
