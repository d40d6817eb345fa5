import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// A widget as the server first draws it, so that a page says something before its first live frame, or without any.
enum WidgetView {
    /// Everything that the `widget` template names; `mayEdit` shows the way to its form.
    static func data(_ row: ResourceRow, answer: WidgetAnswers.Answer?, mayEdit: Bool) -> ViewData {
        let type = row.string("type") ?? "table"
        let config = row["config"]
        var data: ViewData = [
            "widgetID": row.id.text,
            "type": type,
            "widgetTitle": WidgetForm.title(of: row),
            "config": shownConfig(config).text,
            "mayEditWidget": mayEdit,
            "dashboardID": row.string("dashboard_id") ?? "",
            "frame": "",
            "hasFrame": false,
        ]
        for kind in ["isText", "isTable", "isStat", "isGauge", "isBars", "isChart", "isEmpty", "trouble", "leftOut"] {
            data[kind] = false
        }
        data["isFlush"] = type == "table"
        data.merge(view(type, config, answer)) { $1 }
        return data
    }

    /// What a browser needs of a config, and nothing else that somebody may have put there.
    private static func shownConfig(_ config: JSONValue) -> JSONValue {
        var shown = JSONObject()
        for key in ["unit", "decimals", "min", "max"] {
            if let value = config[key], !value.isNull { shown[key] = value }
        }
        return .object(shown)
    }

    private static func view(_ type: String, _ config: JSONValue, _ answer: WidgetAnswers.Answer?) -> ViewData {
        if type == "text" {
            return ["isText": true, "blocks": WidgetText.blocks(config["text"]?.stringValue ?? "")]
        }
        switch answer {
        case nil: return ["isEmpty": true]
        case .problem(let message)?: return ["trouble": message]
        case .result(let result)?:
            if result.rows.isEmpty { return ["isEmpty": true] }
            var data =
                switch type {
                case "stat_card": stat(result, config)
                case "gauge": gauge(result, config)
                case "line_chart": WidgetChart.data(result, isBars: false)
                case "bar_chart": result.isOverTime ? WidgetChart.data(result, isBars: true) : bars(result, config)
                default: table(result)
                }
            if let words = WidgetRows.leftOut(result, as: type) { data["leftOut"] = words }
            return data
        }
    }

    private static func table(_ result: DataResult) -> ViewData {
        [
            "isTable": true,
            "columns": result.columns.map { ["name": $0.name, "isNumber": $0.type == "number"] as ViewData },
            "rows": result.rows.map { row in
                ["cells": zip(result.columns, row).map { cell($1, of: $0) }] as ViewData
            },
        ]
    }

    private static func cell(_ value: JSONValue, of column: DataResult.Column) -> ViewData {
        let isName = column.role == .group
        let whole = isName ? nil : WidgetFigure.whole(value)
        return [
            "value": isName ? WidgetFigure.name(value) : WidgetFigure.text(value, type: column.type),
            "isNumber": column.type == "number", "isShortened": whole != nil, "whole": whole ?? "",
        ]
    }

    private static func stat(_ result: DataResult, _ config: JSONValue) -> ViewData {
        guard let last = last(result) else { return ["isEmpty": true] }
        let text = WidgetFigure.text(last.value, type: "", decimals: config["decimals"]?.intValue)
        let unit = config["unit"]?.stringValue ?? ""
        return ["isStat": true, "figure": text, "size": size(of: text), "unit": unit, "label": last.name]
    }

    private static func gauge(_ result: DataResult, _ config: JSONValue) -> ViewData {
        guard let last = last(result), let value = last.value.doubleValue else { return ["isEmpty": true] }
        let low = config["min"]?.doubleValue ?? 0
        let high = config["max"]?.doubleValue ?? 100
        let share = min(1, max(0, (value - low) / (high == low ? 1 : high - low)))
        let unit = config["unit"]?.stringValue.map { $0.isEmpty ? "" : " " + $0 } ?? ""
        let text = WidgetFigure.text(last.value, type: "", decimals: config["decimals"]?.intValue) + unit
        return [
            "isGauge": true, "arc": "\((share * 1_000).rounded() / 10) 200", "low": WidgetFigure.text(low),
            "high": WidgetFigure.text(high), "label": last.name,
            "figure": text, "size": size(of: text),
        ]
    }

    /// A figure is never cut: one of many digits is smaller.
    private static func size(of text: String) -> String {
        text.utf16.count > 14 ? " longer" : text.utf16.count > 7 ? " long" : ""
    }

    /// Bars by category on one scale, from zero to either side.
    private static func bars(_ result: DataResult, _ config: JSONValue) -> ViewData {
        let columns = result.columns
        guard let measure = columns.firstIndex(where: \.isFigure) else { return ["isEmpty": true] }
        let names = columns.indices.filter { !columns[$0].isFigure }
        let scale = FigureScale(result.rows.compactMap { $0[measure].doubleValue }, withZero: true)
        let zero = scale.share(0)
        let unit = config["unit"]?.stringValue.map { $0.isEmpty ? "" : " " + $0 } ?? ""
        return [
            "isBars": true,
            "bars": result.rows.map { row in
                let name = names.map { WidgetFigure.name(row[$0]) }
                let end = row[measure].doubleValue.map(scale.share) ?? zero
                let decimals = config["decimals"]?.intValue
                return [
                    "name": name.isEmpty ? columns[measure].name : name.joined(separator: " · "),
                    "x": tenth(min(zero, end) * 100), "w": tenth(abs(end - zero) * 100),
                    "hasZero": zero > 0, "zero": tenth(zero * 100),
                    "figure": WidgetFigure.text(row[measure], type: "", decimals: decimals)
                        + (row[measure].isNull ? "" : unit),
                ] as ViewData
            },
        ]
    }

    static func tenth(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    /// The newest row's first number, else its first value that is not a time.
    private static func last(_ result: DataResult) -> (value: JSONValue, name: String)? {
        let time = result.columns.firstIndex { $0.role == .time }
        var row = result.rows.last
        if let time, let first = result.rows.first?[time].stringValue, let end = row?[time].stringValue, first > end {
            row = result.rows.first
        }
        guard let row else { return nil }
        let columns = result.columns.indices
        let index =
            columns.first { result.columns[$0].isFigure && !row[$0].isNull }
            ?? columns.first { result.columns[$0].role == .measure && !row[$0].isNull }
            ?? columns.first { result.columns[$0].role == .group && !row[$0].isNull }
        return index.map { (row[$0], result.columns[$0].name) }
    }
}
