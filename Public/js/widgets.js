// Shows a widget's frame by the module of its kind.
import { node } from "./elements.js";
import { take } from "./rows.js";
import * as kinds from "./widgets/kinds.js";

/**
 * @param {HTMLElement} element the widget
 * @param {import("./widgets/kinds.js").Frame} frame
 */
export function draw(element, frame) {
    const show = kinds[frame.type];
    // Of a kind that is not here the page keeps what the server wrote.
    if (!show) return;
    const view = element.querySelector(".view");
    if (frame.error !== undefined) {
        view.dispatchEvent(new CustomEvent("dash:clear"));
        view.replaceChildren(node("p", "trouble", frame.error));
        return;
    }
    take(frame.data);
    element.dataset.updated = String(Number(element.dataset.updated || 0) + 1);
    show(view, JSON.parse(element.dataset.config || "{}"), frame, element);
}
