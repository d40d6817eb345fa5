// The newest number on a half circle between two ends.
import { empty, node, shape } from "../elements.js";
import { figureSize, number } from "../format.js";
import { newest } from "../rows.js";

/** @type {import("./kinds.js").Draw} */
export function draw(view, config, { data }) {
    const last = newest(data);
    if (!last || typeof last.value !== "number") return empty(view);
    const min = Number(config.min ?? 0);
    const max = Number(config.max ?? 100);
    const share = Math.min(1, Math.max(0, (last.value - min) / (max - min || 1)));
    let box = view.querySelector(".gauge");
    if (!box) {
        view.dispatchEvent(new CustomEvent("dash:clear"));
        box = make(min, max);
        view.replaceChildren(box);
    }
    const text = number(last.text ?? last.value, config.decimals) + (config.unit ? ` ${config.unit}` : "");
    box.querySelector(".arc").setAttribute("stroke-dasharray", `${share * 100} 200`);
    const figure = box.querySelector(".figure");
    figure.textContent = text;
    figure.setAttribute("class", `figure ${figureSize(text)}`);
    box.querySelector("svg").setAttribute("aria-label", `${last.name}: ${text}, from ${number(min)} to ${number(max)}`);
}

function make(min, max) {
    const svg = shape("svg", { viewBox: "0 0 120 76", role: "img" });
    const half = "M 12 64 A 48 48 0 0 1 108 64";
    const [low, high] = [shape("text", { class: "scale", x: 12, y: 75 }), shape("text", { class: "scale", x: 108, y: 75 })];
    low.textContent = number(min);
    high.textContent = number(max);
    svg.append(
        shape("path", { class: "track", d: half }),
        shape("path", { class: "arc", d: half, pathLength: 100 }),
        shape("text", { class: "figure", x: 60, y: 58 }),
        low,
        high,
    );
    const box = node("div", "gauge");
    box.append(svg);
    return box;
}
