// The entry of every page: starts the modules that the page needs.
import "./forms.js";

const dashboard = document.querySelector("[data-live-dashboard]");
if (dashboard) import("./live.js").then(({ start }) => start(dashboard));

const tail = document.querySelector("[data-live-tail]");
if (tail) import("./tail.js").then(({ start }) => start(tail));

const widgetForm = document.querySelector("[data-widget-form]");
if (widgetForm) import("./widget-form.js").then(({ start }) => start(widgetForm));

const upload = document.querySelector("[data-upload]");
if (upload) import("./upload.js").then(({ start }) => start(upload));

// A dashboard's address is made from its name until somebody types one.
const named = document.querySelector("[data-slug-source]");
if (named) import("./slug.js").then(({ start }) => start(named));
