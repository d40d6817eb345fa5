// The live tail of a pipeline: newest on top, a hundred at most.
import { time } from "./format.js";
import { open } from "./stream.js";

const capacity = 100;

export function start(root) {
    const list = root.querySelector("[data-tail-list]");
    const note = root.querySelector("[data-tail-note]");
    const pause = root.querySelector("[data-tail-pause]");
    let isPaused = false;
    let held = [];
    let skipped = 0;

    const row = ({ at, data, text }, fresh) => {
        const item = document.createElement("li");
        if (fresh) item.className = "fresh";
        const when = document.createElement("time");
        when.dateTime = at;
        when.textContent = time(at);
        const code = document.createElement("code");
        code.textContent = text ?? JSON.stringify(data);
        item.append(when, code);
        return item;
    };
    const trim = () => {
        while (list.children.length > capacity) list.lastElementChild.remove();
        root.querySelector("[data-tail-empty]")?.toggleAttribute("hidden", list.children.length > 0);
    };
    const say = () => {
        const parts = [];
        if (isPaused) parts.push(`paused, ${held.length} waiting`);
        if (skipped) parts.push(`${skipped} came too fast to be shown`);
        note.textContent = parts.join(" · ");
    };
    const add = (records) => {
        list.prepend(...records.map((record) => row(record, true)).reverse());
        trim();
    };

    pause?.addEventListener("click", () => {
        isPaused = !isPaused;
        pause.setAttribute("aria-pressed", String(isPaused));
        pause.textContent = isPaused ? "Continue" : "Pause";
        if (!isPaused) {
            add(held);
            held = [];
        }
        say();
    });

    open(root.dataset.liveTail, {
        snapshot: ({ records }) => {
            list.replaceChildren(...records.map((record) => row(record, false)).reverse());
            held = [];
            trim();
            say();
        },
        records: ({ records, skipped: more }) => {
            skipped += more;
            if (isPaused) held = [...held, ...records].slice(-capacity);
            else add(records);
            say();
        },
    }, root.querySelector("[data-live-state]"));
}
