// The widget form: its preview is drawn as the dashboard would draw it, and its hints follow the type.
import { draw } from "./widgets.js";

export function start(form) {
    const type = form.querySelector("[name=type]");
    const preview = document.querySelector("#preview");

    const hint = () => {
        for (const element of form.querySelectorAll("[data-hint-for]")) {
            element.hidden = !element.dataset.hintFor.split(" ").includes(type.value);
        }
    };
    type.addEventListener("change", hint);
    hint();

    // A row that is gone changes the widget as much as one that was filled in.
    form.addEventListener("click", (event) => {
        if (!event.target.closest?.("[data-remove-row]")) return;
        queueMicrotask(() => form.dispatchEvent(new Event("change", { bubbles: true })));
    });

    const show = () => {
        for (const element of preview.querySelectorAll("[data-frame]")) {
            const frame = JSON.parse(element.dataset.frame);
            delete element.dataset.frame;
            draw(element, frame);
        }
    };
    // What is about to be replaced lets go of its chart.
    document.addEventListener("htmx:beforeSwap", (event) => {
        if (event.detail.target !== preview) return;
        for (const view of preview.querySelectorAll(".view")) view.dispatchEvent(new CustomEvent("dash:clear"));
    });
    document.addEventListener("htmx:afterSettle", (event) => {
        if (event.detail.target === preview) show();
    });
    show();
}
