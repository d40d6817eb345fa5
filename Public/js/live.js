// Shows a dashboard's widgets as their answers arrive. Each frame is a widget's whole answer, so that the page equals the
// server's truth after every frame, however many were missed.
import { open } from "./stream.js";
import { draw } from "./widgets.js";

export function start(root) {
    const state = document.querySelector("[data-live-state]");
    const widgets = new Map();
    for (const element of root.querySelectorAll("[data-widget]")) widgets.set(element.dataset.widget, element);

    // Frames may come faster than the screen is drawn: only the last of each widget counts.
    const waiting = new Map();
    let scheduled = false;
    let outdated;
    const paint = () => {
        scheduled = false;
        for (const [id, frame] of waiting) {
            const element = widgets.get(id);
            if (element) draw(element, frame);
        }
        waiting.clear();
    };
    const schedule = () => {
        if (scheduled) return;
        scheduled = true;
        // A hidden page draws nothing until it is looked at again; the frames it keeps are bounded by its widgets.
        requestAnimationFrame(paint);
    };

    open(root.dataset.liveDashboard, {
        widget: (frame) => {
            waiting.set(frame.widget, frame);
            schedule();
        },
        layout: ({ version }) => {
            // Right after a change the stream may still tell of the dashboard before it: wait for its last word.
            clearTimeout(outdated);
            if (version !== root.dataset.version) outdated = setTimeout(() => location.replace(root.dataset.home), 400);
        },
    }, state, (page) => {
        for (const fresh of page.querySelectorAll("[data-widget]")) {
            const view = widgets.get(fresh.dataset.widget)?.querySelector(".view");
            const now = fresh.querySelector(".view");
            if (!view || !now) continue;
            view.dispatchEvent(new CustomEvent("dash:clear"));
            view.className = now.className;
            view.replaceChildren(...now.childNodes);
        }
    });
}
