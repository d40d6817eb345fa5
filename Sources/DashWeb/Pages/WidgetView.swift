import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// A widget as the server first draws it, so that a page says something before its first live frame, or without any.
enum WidgetView {
    private static let tableRows = 100
    private static let barRows = 50

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
        for kind in ["isText", "isTable", "isStat", "isGauge", "isBars", "isChart", "isEmpty", "trouble"] {
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
            return switch type {
            case "stat_card": stat(result, config)
            case "gauge": gauge(result, config)
            case "line_chart": chart(result, isBars: false)
            case "bar_chart": result.columns.first?.type == "time" ? chart(result, isBars: true) : bars(result, config)
            default: table(result)
            }
        }
    }

    private static func table(_ result: DataResult) -> ViewData {
        [
            "isTable": true,
            "columns": result.columns.map { ["name": $0.name, "isNumber": $0.type == "number"] as ViewData },
            "rows": result.rows.prefix(tableRows).map { row in
                [
                    "cells": zip(result.columns, row).map { column, value in
                        [
                            "value": WidgetFigure.text(value, type: column.type),
                            "isNumber": column.type == "number",
                        ] as ViewData
                    }
                ] as ViewData
            },
        ]
    }

    private static func stat(_ result: DataResult, _ config: JSONValue) -> ViewData {
        guard let last = last(result) else { return ["isEmpty": true] }
        let text = WidgetFigure.text(last.value, type: "", decimals: config["decimals"]?.intValue)
        return ["isStat": true, "figure": text, "unit": config["unit"]?.stringValue ?? "", "label": last.name]
    }

    private static func gauge(_ result: DataResult, _ config: JSONValue) -> ViewData {
        guard let last = last(result), let value = last.value.doubleValue else { return ["isEmpty": true] }
        let low = config["min"]?.doubleValue ?? 0
        let high = config["max"]?.doubleValue ?? 100
        let share = min(1, max(0, (value - low) / (high == low ? 1 : high - low)))
        let unit = config["unit"]?.stringValue.map { $0.isEmpty ? "" : " " + $0 } ?? ""
        return [
            "isGauge": true, "arc": "\((share * 1_000).rounded() / 10) 200", "low": WidgetFigure.text(low),
            "high": WidgetFigure.text(high), "label": last.name,
            "figure": WidgetFigure.text(value, decimals: config["decimals"]?.intValue) + unit,
        ]
    }

    private static func bars(_ result: DataResult, _ config: JSONValue) -> ViewData {
        guard let column = result.columns.firstIndex(where: { $0.type == "number" }) else { return ["isEmpty": true] }
        let names = result.columns.indices.filter { $0 != column && result.columns[$0].type != "number" }
        let rows = result.rows.prefix(barRows)
        let top = max(rows.map { abs($0[column].doubleValue ?? 0) }.max() ?? 0, .leastNormalMagnitude)
        let unit = config["unit"]?.stringValue.map { $0.isEmpty ? "" : " " + $0 } ?? ""
        return [
            "isBars": true,
            "bars": rows.map { row in
                let name = names.map { WidgetFigure.text(row[$0], type: result.columns[$0].type) }
                let value = row[column].doubleValue ?? 0
                return [
                    "name": name.isEmpty ? result.columns[column].name : name.joined(separator: " · "),
                    "share": "\((abs(value) / top * 1_000).rounded() / 10)",
                    "figure": WidgetFigure.text(value, decimals: config["decimals"]?.intValue) + unit,
                ] as ViewData
            },
        ]
    }

    /// The first figures over the range, in plain lines or bars; the browser's chart takes their place.
    private static func chart(_ result: DataResult, isBars: Bool) -> ViewData {
        guard let column = result.columns.firstIndex(where: { $0.type == "number" }) else { return ["isEmpty": true] }
        let time = result.columns.firstIndex { $0.type == "time" }
        let span = max(1, Double(result.to.microseconds - result.from.microseconds))
        var points: [(x: Double, value: Double)] = []
        for (index, row) in result.rows.enumerated() {
            guard let value = row[column].doubleValue else { continue }
            let at = time.flatMap { row[$0].stringValue }.flatMap { Timestamp(text: $0) }
            let share = at.map { Double($0.microseconds - result.from.microseconds) / span }
            points.append((share ?? Double(index) / Double(max(1, result.rows.count - 1)), value))
        }
        points.sort { $0.x < $1.x }
        guard let last = points.last, let top = points.map(\.value).max(), var low = points.map(\.value).min() else {
            return ["isEmpty": true]
        }
        if isBars { low = min(0, low) }
        let height = { (value: Double) in top == low ? 20 : (value - low) / (top - low) * 36 }
        let width = max(0.3, 70 * (result.bucketWidth.map { Double($0.microseconds) } ?? span / 100) / span)
        var data: ViewData = [
            "isChart": true, "isColumns": isBars,
            "summary": "\(result.columns[column].name): last \(WidgetFigure.text(last.value))",
        ]
        if isBars {
            data["rects"] = points.suffix(400).map { point in
                [
                    "x": tenth(point.x * 100 - width / 2), "y": tenth(38 - height(point.value)), "w": tenth(width),
                    "h": tenth(height(point.value)),
                ] as ViewData
            }
        } else {
            let places = points.suffix(400).map { tenth($0.x * 100) + "," + tenth(38 - height($0.value)) }
            data["points"] = places.joined(separator: " ")
        }
        return data
    }

    private static func tenth(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    /// The newest row's first number, else its first value that is not a time.
    private static func last(_ result: DataResult) -> (value: JSONValue, name: String)? {
        let time = result.columns.firstIndex { $0.type == "time" }
        var row = result.rows.last
        if let time, let first = result.rows.first?[time].stringValue, let end = row?[time].stringValue, first > end {
            row = result.rows.first
        }
        guard let row else { return nil }
        let columns = result.columns.indices
        let index =
            columns.first { result.columns[$0].type == "number" && !row[$0].isNull }
            ?? columns.first { result.columns[$0].type != "time" && !row[$0].isNull }
        return index.map { (row[$0], result.columns[$0].name) }
    }
}
