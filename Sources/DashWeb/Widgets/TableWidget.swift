import DashJSON
import DashStorage

/// An answer's rows as they are.
enum TableWidget {
    static let kind = WidgetKind(
        name: "table",
        title: "Table",
        size: (12, 8),
        hint: "Left empty, the first columns of the records are shown.",
        query: WidgetQuery(order: "desc", limit: 50, columns: 7),
        isFlush: true,
        rows: { _ in .first(100) },
        template: #"""
            <table>
            <thead><tr>{{#columns}}<th scope="col"{{#isNumber}} class="num"{{/isNumber}}>{{name}}</th>{{/columns}}</tr></thead>
            <tbody>{{#rows}}<tr>{{#cells}}\#
            <td{{#isNumber}} class="num"{{/isNumber}}{{#isShortened}} title="{{whole}}"{{/isShortened}}>{{value}}</td>\#
            {{/cells}}</tr>{{/rows}}</tbody>
            </table>
            """#,
        view: { _, result in
            [
                "columns": result.columns.map { ["name": $0.name, "isNumber": $0.type == "number"] as ViewData },
                "rows": result.rows.map { row in
                    ["cells": zip(result.columns, row).map { cell($1, of: $0) }] as ViewData
                },
            ]
        }
    )

    private static func cell(_ value: JSONValue, of column: DataResult.Column) -> ViewData {
        let isName = column.role == .group
        let whole = isName ? nil : WidgetFigure.whole(value)
        return [
            "value": isName ? WidgetFigure.name(value) : WidgetFigure.text(value, type: column.type),
            "isNumber": column.type == "number", "isShortened": whole != nil, "whole": whole ?? "",
        ]
    }
}
