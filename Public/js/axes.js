// The axes of a chart.

const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const tickForms = {
    day: new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" }),
    minute: new Intl.DateTimeFormat(undefined, clock),
    second: new Intl.DateTimeFormat(undefined, { ...clock, second: "2-digit" }),
};

/** The time of a tick, in seconds; its day where a day begins. */
export function tickText(seconds, step) {
    const date = new Date(seconds * 1000);
    const isMidnight = date.getHours() + date.getMinutes() + date.getSeconds() === 0;
    const form = step >= 86_400 || isMidnight ? "day" : step >= 60 ? "minute" : "second";
    return tickForms[form].format(date);
}

/** As wide as what it says: a figure is never cut. */
export const axisWidth = (texts) => Math.max(40, 16 + 6.5 * Math.max(0, ...(texts ?? []).map((text) => text.length)));

/** From where to where the numbers reach, by what the widget says and what there is. */
export function yRange({ config, kind, factor }, low, high) {
    const min = config.min !== undefined && config.min !== "" ? Number(config.min) * factor : undefined;
    const max = config.max !== undefined && config.max !== "" ? Number(config.max) * factor : undefined;
    if (low === null || high === null) return [min ?? 0, max ?? 1];
    // Bars need zero in the picture, on whichever side of it they are; a line touches it when it comes near.
    const from = kind === "bar" ? Math.min(0, low) : low;
    const to = kind === "bar" ? Math.max(0, high) : high;
    const pad = (to - from || Math.abs(to) || 1) * 0.08;
    const bottom = from >= 0 && (kind === "bar" || from - pad < 0) ? 0 : from - pad;
    const top = to <= 0 && (kind === "bar" || to + pad > 0) ? 0 : to + pad;
    return [min ?? bottom, max ?? top];
}
