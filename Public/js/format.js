// Values as people read them.

const numbers = new Map();

export function number(value, decimals) {
    if (typeof value !== "number" || !Number.isFinite(value)) return String(value ?? "–");
    const digits = decimals ?? (Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
    if (!numbers.has(digits)) {
        numbers.set(digits, new Intl.NumberFormat(undefined, { maximumFractionDigits: digits }));
    }
    return numbers.get(digits).format(value);
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
const day = new Intl.DateTimeFormat(undefined, {
    month: "short", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false,
});

/// A time of today as the time alone.
export function time(text) {
    const date = new Date(text);
    if (Number.isNaN(date.getTime())) return String(text);
    return date.toDateString() === new Date().toDateString() ? clock.format(date) : day.format(date);
}

export function cell(value, type) {
    if (value === null || value === undefined) return "–";
    if (type === "time") return time(value);
    if (typeof value === "number") return number(value);
    if (typeof value === "object") return JSON.stringify(value);
    return String(value);
}
