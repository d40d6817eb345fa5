// The lines or columns of a chart, of the rows of its answer. WidgetSeries.swift makes the same.
import { hash, name } from "./format.js";
import { exactText, indices, isFigure, timeIndex } from "./rows.js";

/**
 * Columns of times and numbers by series, the largest first: one a group and measure.
 * @param {import("./widgets/kinds.js").Data} data
 */
export function series({ columns, rows }) {
    const time = timeIndex(columns);
    const figures = indices(columns, isFigure);
    const groups = indices(columns, (column, index) => index !== time && !isFigure(column));
    const at = (row, index) => (time < 0 ? index : Date.parse(row[time]) / 1000);
    const times = [...new Set(rows.map(at))].sort((a, b) => a - b);
    const place = new Map(times.map((moment, index) => [moment, index]));
    const found = new Map();
    rows.forEach((row, index) => {
        const group = groups.map((column) => name(row[column], exactText(row, column))).join(" · ");
        for (const figure of figures) {
            const label = [group, figures.length > 1 || !group ? columns[figure].name : ""].filter(Boolean).join(" ");
            const each = found.get(label) ?? { label, values: new Array(times.length).fill(null), size: 0, newest: -1 };
            found.set(label, each);
            const spot = place.get(at(row, index));
            each.values[spot] = row[figure];
            if (row[figure] === null) continue;
            each.size += Math.abs(row[figure]);
            if (spot < each.newest) continue;
            each.newest = spot;
            each.last = exactText(row, figure) ?? row[figure];
        }
    });
    const all = [...found.values()].sort((a, b) => b.size - a.size || hash(a.label) - hash(b.label));
    return { times, all };
}
