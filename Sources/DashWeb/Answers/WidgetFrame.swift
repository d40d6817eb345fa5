import DashJSON
import DashModel
import DashStorage

/// A widget's answer as the browser gets it: `{"widget","type","data":{"columns","rows","exact"},"meta":{…},
/// "bucket_seconds"}`, or `"error"` instead of data. `exact` has the text of cells whose numbers a browser would round: `[[row, column, text], …]`.
struct WidgetFrame: Sendable {
    var bytes: [UInt8]
    /// Equal for answers that look equal: the range may have moved on.
    var fingerprint: UInt64

    init(_ widget: WidgetDefinition, result: DataResult) {
        var data = JSONWriter(reserving: 1_024)
        data.beginObject()
        data.key("columns")
        data.beginArray()
        for column in result.columns { column.write(to: &data) }
        data.endArray()
        data.key("rows")
        data.beginArray()
        var exact: [(row: Int, column: Int, text: String)] = []
        for (index, row) in result.rows.enumerated() {
            data.beginArray()
            for (column, cell) in row.enumerated() {
                data.write(cell)
                if let text = ScriptNumbers.exactText(of: cell) { exact.append((index, column, text)) }
            }
            data.endArray()
        }
        data.endArray()
        Self.write(exact, to: &data)
        data.endObject()
        let leftOut = widget.kind?.leftOut(result) ?? ""
        fingerprint = StableHash.value(data.bytes + Array(leftOut.utf8))
        bytes = Self.frame(widget) { writer in
            writer.key("data")
            writer.raw(data.bytes)
            writer.key("meta")
            result.writeMeta(to: &writer)
            if let bucket = result.bucketWidth {
                writer.key("bucket_seconds")
                writer.int(bucket.components.seconds)
            }
        }
    }

    init(_ widget: WidgetDefinition, error: String) {
        fingerprint = StableHash.value(error.utf8)
        bytes = Self.frame(widget) { writer in
            writer.key("error")
            writer.string(error)
        }
    }

    private static func frame(_ widget: WidgetDefinition, _ content: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(reserving: 1_024)
        writer.beginObject()
        writer.key("widget")
        writer.string(widget.key)
        writer.key("type")
        writer.string(widget.type)
        content(&writer)
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ exact: [(row: Int, column: Int, text: String)], to writer: inout JSONWriter) {
        guard !exact.isEmpty else { return }
        writer.key("exact")
        writer.beginArray()
        for cell in exact {
            writer.beginArray()
            writer.int(cell.row)
            writer.int(cell.column)
            writer.string(cell.text)
            writer.endArray()
        }
        writer.endArray()
    }
}
