// Lines over time.
import { plot } from "../plot.js";

/** @type {import("./kinds.js").Draw} */
export function draw(view, config, frame, element) {
    plot(view, config, frame, element, "line");
}
