// What forms need beyond HTML: the security token for htmx, rows that come and go, copying, and a last question.

document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]')?.content;
    if (token) event.detail.headers["X-CSRF-Token"] = token;
});

// Errors are fragments that belong beside the form, so they are swapped in like any answer.
document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status >= 400) {
        event.detail.shouldSwap = true;
        event.detail.isError = false;
    }
});

document.addEventListener("click", async (event) => {
    const target = event.target.closest?.("[data-copy], [data-add-row], [data-remove-row]");
    if (!target) return;
    if (target.dataset.copy) {
        const text = document.querySelector(target.dataset.copy)?.textContent.trim() ?? "";
        const label = target.dataset.label ?? (target.dataset.label = target.textContent);
        try {
            await navigator.clipboard.writeText(text);
            target.textContent = "Copied";
        } catch {
            getSelection().selectAllChildren(document.querySelector(target.dataset.copy));
            target.textContent = "Press Ctrl+C";
        }
        setTimeout(() => (target.textContent = label), 1500);
    } else if (target.dataset.addRow) {
        const list = document.querySelector(target.dataset.addRow);
        const row = document.querySelector(`${target.dataset.addRow}-template`).content.cloneNode(true);
        list.append(row);
        list.lastElementChild.querySelector("input, select")?.focus();
        number(list);
    } else {
        const list = target.closest("[data-rows]");
        target.closest("[data-row]").remove();
        number(list);
        list.querySelector("input")?.focus();
    }
});

/// Gives the controls of each row names and ids of their own: `mappings.0.target`.
function number(list) {
    if (!list) return;
    [...list.querySelectorAll(":scope > [data-row]")].forEach((row, index) => {
        for (const control of row.querySelectorAll("[data-name]")) {
            control.name = `${list.dataset.rows}.${index}.${control.dataset.name}`;
            control.id = control.name.replaceAll(".", "-");
            const label = control.closest(".field")?.querySelector("label");
            if (label) label.htmlFor = control.id;
        }
    });
}

document.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
    if (question && !confirm(question)) event.preventDefault();
});

// Fields that only some choices need: data-show-for="type" data-show-when="line_chart bar_chart".
function reveal() {
    for (const element of document.querySelectorAll("[data-show-for]")) {
        const control = document.querySelector(`[name="${element.dataset.showFor}"]`);
        const isWanted = element.dataset.showWhen.split(" ").includes(control?.value);
        element.hidden = !isWanted;
        for (const inner of element.querySelectorAll("input, select, textarea")) inner.disabled = !isWanted;
    }
}
document.addEventListener("change", reveal);
document.addEventListener("htmx:afterSwap", () => {
    reveal();
    document.querySelectorAll("[data-rows]").forEach(number);
});
document.querySelectorAll("[data-rows]").forEach(number);
reveal();
