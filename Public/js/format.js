// Values as people read them. WidgetFigure.swift has the same rules for numbers; Tests/EndToEnd/browser/figures.json holds both
// to the same cases.

const significant = 6;
const placesOfLarge = 2;
const longest = 21;
const smallest = -5;

/// A number's digits without zeros at either end, and the power of ten of the last one: nothing passes through a double here.
function digitsOf(text) {
    const parts = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text);
    if (!parts) return undefined;
    const all = (parts[2] + parts[3]).replace(/^0+/, "");
    const digits = all.replace(/0+$/, "");
    const exponent = Number(parts[4] ?? 0) - parts[3].length + all.length - digits.length;
    return { negative: parts[1] === "-", digits, exponent: digits ? exponent : 0 };
}

const wholeDigits = ({ digits, exponent }) => digits.length + exponent;

/// Rounded to so many places behind the point, halves away from zero.
function rounded(number, places) {
    const kept = number.digits.length + number.exponent + places;
    if (kept >= number.digits.length) return number;
    let digits = kept <= 0 ? "" : number.digits.slice(0, kept);
    if (kept >= 0 && number.digits[kept] >= "5") {
        let place = digits.length - 1;
        while (place >= 0 && digits[place] === "9") place -= 1;
        const zeros = "0".repeat(digits.length - 1 - place);
        digits = (place < 0 ? "1" : digits.slice(0, place) + String(Number(digits[place]) + 1)) + zeros;
    }
    const trimmed = digits.replace(/0+$/, "");
    return { ...number, digits: trimmed, exponent: trimmed ? digits.length - trimmed.length - places : 0 };
}

function plain(number) {
    const { negative, digits, exponent } = number;
    if (!digits) return "0";
    const count = Math.max(0, wholeDigits(number));
    const whole = digits.slice(0, count).padEnd(count, "0").replace(/\B(?=(\d{3})+$)/g, ",") || "0";
    const rest = exponent < 0 ? "." + "0".repeat(Math.max(0, -wholeDigits(number))) + digits.slice(count) : "";
    return (negative ? "-" : "") + whole + rest;
}

function scientific(number) {
    const { negative, digits } = number;
    if (!digits) return "0";
    const rest = digits.slice(1);
    return `${negative ? "-" : ""}${digits[0]}${rest ? `.${rest}` : ""}e${wholeDigits(number) - 1}`;
}

const shortened = (number) => rounded(number, significant - wholeDigits(number));

function figureOf(number, decimals) {
    const count = wholeDigits(number);
    if (count > longest) return [shortened(number), scientific];
    if (decimals !== undefined && decimals !== null) return [rounded(number, Math.min(Math.max(decimals, 0), 10)), plain];
    if (number.exponent >= 0) return [number, plain];
    if (count < smallest) return [shortened(number), scientific];
    return [rounded(number, Math.max(significant, count + placesOfLarge) - count), plain];
}

/// A number, or its exact text, as a figure.
export function number(value, decimals) {
    const digits = digitsOf(String(value));
    if (!digits) return String(value ?? "–");
    const [figure, write] = figureOf(digits, decimals);
    return write(figure);
}

/// A figure is never cut: one of many digits is smaller.
export const figureSize = (text) => (text.length > 14 ? "longer" : text.length > 7 ? "long" : "");

/// The number whole, where its figure leaves digits out.
export function whole(text) {
    const digits = digitsOf(String(text));
    if (!digits) return undefined;
    return figureOf(digits)[0].digits === digits.digits ? undefined : String(text);
}

const units = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""]];
/// With more places than these a smaller unit says it shorter.
const placesOfUnit = 2;

/// The ticks of one axis: they share unit and places, and no two of them read alike.
export function axis(ticks) {
    const top = Math.max(0, ...ticks.map(Math.abs));
    if (top === 0) return ticks.map(() => "0");
    if (top >= 1e15 || top < 1e-4) {
        const power = Math.floor(Math.log10(top));
        // The power may lie beyond a double, half of it does not.
        const half = Math.trunc(power / 2);
        const scaled = ticks.map((tick) => tick / 10 ** half / 10 ** (power - half));
        return written(scaled, placesOf(scaled), `e${power}`);
    }
    const fitting = top >= 1e4 ? units.filter(([size]) => top >= size) : [[1, ""]];
    for (const [size, letter] of fitting) {
        const scaled = ticks.map((tick) => tick / size);
        const places = placesOf(scaled);
        if (places <= placesOfUnit || size === 1) return written(scaled, places, letter);
    }
    return ticks.map(String);
}

function placesOf(ticks) {
    const exactness = 1e-6 * gap(ticks);
    let places = 0;
    while (places < 10 && ticks.some((tick) => Math.abs(Number(tick.toFixed(places)) - tick) > exactness)) places += 1;
    return places;
}

function written(ticks, places, unit) {
    return ticks.map((tick) => {
        const text = Math.abs(tick).toFixed(places);
        if (Number(text) === 0) return "0";
        const [first, rest] = text.split(".");
        const grouped = first.replace(/\B(?=(\d{3})+$)/g, ",");
        return `${tick < 0 ? "-" : ""}${grouped}${rest ? `.${rest}` : ""}${unit}`;
    });
}

/// The smallest distance between two neighbours.
function gap(values) {
    let least = Math.abs(values[0] || 1);
    for (let index = 1; index < values.length; index += 1) {
        const distance = Math.abs(values[index] - values[index - 1]);
        if (distance > 0 && distance < least) least = distance;
    }
    return least;
}

const slotCount = 10;

/// The colour of each name, from 1: SeriesColour.swift chooses alike.
export function slots(names) {
    const found = new Map();
    let taken = new Set();
    const order = names.map((name) => [hash(name), name])
        .sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0));
    for (const [value, name] of order) {
        if (found.has(name)) continue;
        if (taken.size === slotCount) taken = new Set();
        let slot = value % slotCount;
        while (taken.has(slot)) slot = (slot + 1) % slotCount;
        taken.add(slot);
        found.set(name, slot + 1);
    }
    return found;
}

/// FNV-1a, mixed once more.
export function hash(name) {
    let value = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(name)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
    value = Math.imul((value ^ (value >>> 16)) >>> 0, 0x85ebca6b) >>> 0;
    return (value ^ (value >>> 13)) >>> 0;
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

/// A value of a row; `exact` is its text where a script can't hold it.
export function cell(value, column, exact) {
    if (value === null || value === undefined) return "–";
    if (column.role === "group") return name(value, exact);
    if (column.type === "time") return time(value);
    if (typeof value === "number") return number(exact ?? value);
    if (typeof value === "object") return exact ?? JSON.stringify(value);
    return String(value);
}

/// What a group is called: a name, even where it is made of digits.
export function name(value, exact) {
    if (value === null || value === undefined) return "–";
    return exact ?? (typeof value === "object" ? JSON.stringify(value) : String(value));
}
