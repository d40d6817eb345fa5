// Every kind of widget that shows data, by the name that its row's `type` has; the list of WidgetKinds.swift names them too. A new
// kind is a module beside this one and a line here.

/**
 * A widget's answer, as WidgetFrame.swift writes it.
 * @typedef {{ name: string, type: string, role: "time" | "group" | "measure" }} Column
 * @typedef {{ columns: Column[], rows: any[][], exact?: [number, number, string][] }} Data
 * @typedef {{ from: string, to: string, truncated: boolean, groups?: { shown: number, total: number } }} Meta
 * @typedef {{ widget: string, type: string, data: Data, meta: Meta, bucket_seconds?: number, error?: string }} Frame
 */

/**
 * What each module has: it shows an answer in `view`, in the place of what is there, be it the server's first view. `config` has
 * the kind's settings. Whatever holds more than elements lets go of it when `view` is told "dash:clear".
 * @typedef {(view: HTMLElement, config: Record<string, any>, frame: Frame, element: HTMLElement) => void} Draw
 */

export { draw as line_chart } from "./line_chart.js";
export { draw as bar_chart } from "./bar_chart.js";
export { draw as stat_card } from "./stat_card.js";
export { draw as gauge } from "./gauge.js";
export { draw as table } from "./table.js";
