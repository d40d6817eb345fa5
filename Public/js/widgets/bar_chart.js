// Columns over time, or bars by category on one scale, from zero to either side.
import { empty, node, shape } from "../elements.js";
import { name, number } from "../format.js";
import { plot } from "../plot.js";
import { exactText, indices, isFigure, scale, timeIndex } from "../rows.js";

/** @type {import("./kinds.js").Draw} */
export function draw(view, config, frame, element) {
    if (timeIndex(frame.data.columns) >= 0) return plot(view, config, frame, element, "bar");
    bars(view, config, frame);
}

/** A list: each bar has its name and its number in the text. */
function bars(view, config, { data: { columns, rows }, meta }) {
    const value = columns.findIndex(isFigure);
    if (value < 0 || rows.length === 0) return empty(view);
    const names = indices(columns, (column) => !isFigure(column));
    const { share } = scale(rows.map((row) => row[value]).filter((each) => each !== null), true);
    const zero = share(0);
    const list = node("ul", "bars");
    for (const row of rows) {
        const item = node("li");
        const called = names.map((index) => name(row[index], exactText(row, index))).join(" · ") || columns[value].name;
        const end = row[value] === null ? zero : share(row[value]);
        const unit = config.unit ? ` ${config.unit}` : "";
        const figure = row[value] === null ? "–" : number(exactText(row, value) ?? row[value], config.decimals) + unit;
        item.append(node("span", "name", called), bar(zero, end), node("span", "figure", figure));
        list.append(item);
    }
    const { scrollTop } = view.querySelector(".bars") ?? list;
    view.replaceChildren(list);
    if (meta.groups && meta.groups.shown < meta.groups.total) {
        view.append(node("p", "left-out", `${meta.groups.shown} of ${meta.groups.total} shown`));
    } else if (meta.truncated) {
        view.append(node("p", "left-out", `${rows.length} rows shown, there are more`));
    }
    list.scrollTop = scrollTop;
}

function bar(zero, end) {
    const picture = shape("svg", { class: "bar", viewBox: "0 0 100 12", preserveAspectRatio: "none", "aria-hidden": "true" });
    const [x, width] = [Math.min(zero, end) * 100, Math.abs(end - zero) * 100];
    picture.append(shape("rect", { x: tenth(x), width: tenth(width), height: 12 }));
    if (zero > 0) picture.append(shape("line", { x1: tenth(zero * 100), x2: tenth(zero * 100), y2: 12 }));
    return picture;
}

const tenth = (value) => Math.round(value * 10) / 10;
