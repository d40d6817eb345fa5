// An answer's rows as they are.
import { node } from "../elements.js";
import { cell, whole } from "../format.js";
import { exactText } from "../rows.js";

/** @type {import("./kinds.js").Draw} */
export function draw(view, config, { data, meta }) {
    view.classList.add("flush");
    const table = node("table");
    const head = table.createTHead().insertRow();
    for (const column of data.columns) {
        const th = node("th", column.type === "number" ? "num" : "", column.name);
        th.scope = "col";
        head.append(th);
    }
    const body = table.createTBody();
    for (const row of data.rows) {
        const tr = body.insertRow();
        row.forEach((value, index) => {
            const column = data.columns[index];
            const exact = exactText(row, index);
            const td = node("td", column.type === "number" ? "num" : "", cell(value, column, exact));
            // What the figure leaves out is there for who points at it.
            const all = typeof value === "number" && column.role !== "group" ? whole(exact ?? value) : undefined;
            if (all) td.title = all;
            tr.append(td);
        });
    }
    if (data.rows.length === 0) {
        const td = body.insertRow().insertCell();
        td.colSpan = Math.max(1, data.columns.length);
        td.className = "muted";
        td.textContent = "No data in this range yet.";
    }
    const { scrollTop } = view;
    view.replaceChildren(table);
    if (meta.truncated) {
        const { groups } = meta;
        const isShort = groups && groups.shown < groups.total;
        const words = isShort ? `${groups.shown} of ${groups.total} shown` : `${data.rows.length} rows shown, there are more`;
        view.append(node("p", "left-out", words));
    }
    view.scrollTop = scrollTop;
}
