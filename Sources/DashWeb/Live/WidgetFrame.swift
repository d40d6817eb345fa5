import DashJSON
import DashModel
import DashStorage

/// A widget's answer as the browser gets it: `{"widget","type","data":{"columns","rows"},"meta":{…}}`, or `"error"` instead
/// of data.
struct WidgetFrame: Sendable {
    var bytes: [UInt8]
    /// Equal for answers that look equal: the range may have moved on.
    var fingerprint: UInt64

    /// Rows beyond this are of no use to a screen, and each is paid for by every viewer.
    static let rowLimit = 2_000

    init(_ widget: WidgetDefinition, result: DataResult) {
        var data = JSONWriter(reserving: 1_024)
        data.beginObject()
        data.key("columns")
        data.beginArray()
        for column in result.columns {
            data.beginObject()
            data.key("name")
            data.string(column.name)
            data.key("type")
            data.string(column.type)
            data.endObject()
        }
        data.endArray()
        data.key("rows")
        data.beginArray()
        for row in result.rows.prefix(Self.rowLimit) {
            data.beginArray()
            for cell in row { data.write(cell) }
            data.endArray()
        }
        data.endArray()
        data.endObject()
        fingerprint = StableHash.value(data.bytes)
        bytes = Self.frame(widget) { writer in
            writer.key("data")
            writer.raw(data.bytes)
            writer.key("meta")
            Self.write(meta: result, to: &writer)
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

    private static func write(meta result: DataResult, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("from")
        writer.string(result.from.text)
        writer.key("to")
        writer.string(result.to.text)
        if let bucket = result.bucketWidth {
            writer.key("bucket_seconds")
            writer.int(bucket.components.seconds)
        }
        writer.key("rolled_up")
        writer.bool(result.isRolledUp)
        writer.endObject()
    }
}
