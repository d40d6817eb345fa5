// Runs before the page is drawn, so that it never flashes in the wrong colours.
(() => {
    const saved = localStorage.getItem("dash-theme");
    if (saved === "light" || saved === "dark") document.documentElement.dataset.theme = saved;

    const isDark = () => {
        const chosen = document.documentElement.dataset.theme;
        return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    };
    const announce = () => dispatchEvent(new CustomEvent("dash:theme"));

    addEventListener("click", (event) => {
        if (!event.target.closest?.("[data-theme-toggle]")) return;
        const next = isDark() ? "light" : "dark";
        document.documentElement.dataset.theme = next;
        localStorage.setItem("dash-theme", next);
        announce();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", announce);
})();
