// The entry of every page: starts the modules that the page needs.
import "./forms.js";

const dashboard = document.querySelector("[data-live-dashboard]");
if (dashboard) import("./live.js").then(({ start }) => start(dashboard));

const tail = document.querySelector("[data-live-tail]");
if (tail) import("./tail.js").then(({ start }) => start(tail));
