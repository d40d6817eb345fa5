// Suggests a dashboard's address from its name, as the server would make it.

export function start(name) {
    const slug = document.querySelector(name.dataset.slugSource);
    const shown = document.querySelector("[data-slug-shown]");
    let isOwn = slug.value !== "";
    const show = () => (shown.textContent = slug.value || slug.placeholder);
    name.addEventListener("input", () => {
        slug.placeholder = make(name.value);
        show();
    });
    slug.addEventListener("input", show);
    // Left alone, the field stays empty and the server makes the address, a free one if this one is taken.
    slug.addEventListener("focus", () => {
        if (!isOwn && slug.value === "") slug.value = slug.placeholder;
        isOwn = true;
        show();
    });
}

function make(name) {
    const plain = name.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f'’]/g, "");
    return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60).replace(/-+$/, "");
}
