// The newest value large, with how it changed and how it came there.
import { empty, node, shape } from "../elements.js";
import { figureSize, number, time } from "../format.js";
import { newest, scale } from "../rows.js";

/** @type {import("./kinds.js").Draw} */
export function draw(view, config, { data }, element) {
    const last = newest(data);
    if (!last || last.value === null) return empty(view);
    let box = view.querySelector(".stat");
    // The server's first view has less in it.
    if (!box?.querySelector(".said")) {
        box = make(config);
        view.replaceChildren(box);
    }
    const text = typeof last.value === "number" ? number(last.text ?? last.value, config.decimals) : last.text ?? written(last.value);
    const figure = box.querySelector(".figure");
    if (figure.textContent !== text) figure.textContent = text;
    figure.className = `figure ${figureSize(text)}`;
    box.querySelector(".what").textContent = last.at ? `${last.name} at ${time(last.at)}` : last.name;
    const delta = box.querySelector(".delta");
    const change = difference(last.texts);
    const isFall = String(change).startsWith("-");
    delta.textContent = Number(change) === 0 ? "" : `${isFall ? "▼" : "▲"} ${number(String(change).replace("-", ""), config.decimals)}`;
    delta.title = delta.textContent ? "Change since the record before" : "";
    sparkline(box, last.trend);
    say(box.querySelector(".said"), `${element.dataset.title}: ${text} ${config.unit || ""}`);
}

function make(config) {
    const box = node("div", "stat");
    const line = node("p", "value");
    line.append(node("span", "figure"), node("span", "unit", config.unit || ""));
    const note = node("p", "label");
    note.append(node("span", "delta"), node("span", "what"));
    const said = node("p", "said sr-only");
    said.setAttribute("aria-live", "polite");
    box.append(line, note, said);
    return box;
}

const written = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));

/** How far the second number is from the first; whole ones to the digit. Of others only what both are exact to counts. */
function difference([before, now]) {
    if (now === undefined) return 0;
    if ([before, now].every((text) => /^-?\d+$/.test(text))) return BigInt(now) - BigInt(before);
    const change = Number(now) - Number(before);
    return Number.isFinite(change) ? Number(change.toPrecision(12)) : 0;
}

/** Values may change many times a second: a screen reader is told at most every ten seconds. */
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
        svg = shape("svg", { class: "spark", viewBox: "0 0 100 24", preserveAspectRatio: "none", "aria-hidden": "true" });
        svg.append(shape("polyline", { "vector-effect": "non-scaling-stroke" }));
        box.append(svg);
    }
    const { share } = scale(values, false);
    const x = (index) => ((index / (values.length - 1)) * 100).toFixed(1);
    const points = values.map((value, index) => `${x(index)},${(22 - share(value) * 20).toFixed(1)}`);
    svg.firstElementChild.setAttribute("points", points.join(" "));
}
