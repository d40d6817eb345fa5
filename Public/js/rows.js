// What the rows of a widget's answer are made of: the answer itself says what each column is for.

const exacts = new WeakMap();

/// Takes in what the frame says of numbers that a script rounds.
export function take({ rows, exact }) {
    for (const [row, column, text] of exact ?? []) {
        const texts = exacts.get(rows[row]) ?? new Map();
        texts.set(column, text);
        exacts.set(rows[row], texts);
    }
}

/// The exact text of a cell, where the number in it is not exact.
export function exactText(row, column) {
    return exacts.get(row)?.get(column);
}

export const isFigure = (column) => column.role === "measure" && column.type === "number";

export const timeIndex = (columns) => columns.findIndex((column) => column.role === "time");

/// Indices of the columns that pass.
export function indices(columns, passes) {
    return columns.map((_, index) => index).filter((index) => passes(columns[index], index));
}

/// From the smallest to the largest value, with zero where the picture stands on it; `share` tells how far up a value lies.
export function scale(values, withZero) {
    const low = Math.min(...values, ...(withZero || values.length === 0 ? [0] : []));
    const high = Math.max(...values, ...(withZero || values.length === 0 ? [0] : []));
    const size = Math.max(Math.abs(low), Math.abs(high));
    const share = (value) => {
        if (size === 0) return 0;
        if (high <= low) return 0.5;
        return (value / size - low / size) / (high / size - low / size);
    };
    return { low, high, share };
}

/// The rows from the oldest to the newest: an answer may come newest first.
function inTime({ columns, rows }) {
    const at = timeIndex(columns);
    return at >= 0 && rows.length > 1 && rows[0][at] > rows.at(-1)[at] ? rows.toReversed() : rows;
}

/// The last row's first number, or its first value that is not a time; with what was there before, for a number.
export function newest({ columns, rows }) {
    const ordered = inTime({ columns, rows });
    const row = ordered.at(-1);
    if (!row) return undefined;
    let index = columns.findIndex((column, i) => isFigure(column) && row[i] !== null);
    for (const role of ["measure", "group"]) {
        if (index < 0) index = columns.findIndex((column, i) => column.role === role && row[i] !== null);
    }
    if (index < 0) return undefined;
    const at = timeIndex(columns);
    const known = at < 0 || !isFigure(columns[index]) ? [] : ordered.filter((each) => each[index] !== null);
    return {
        value: row[index],
        text: exactText(row, index),
        name: columns[index].name,
        at: at < 0 ? undefined : row[at],
        trend: known.map((each) => each[index]),
        texts: known.slice(-2).map((each) => exactText(each, index) ?? String(each[index])),
    };
}
