public import DashJSON
import DashModel

extension DataResult {
    /// `{"data":{"columns":[…],"rows":[[…]]},"meta":{…}}` as bytes.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// The same, into a larger text.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("data")
        writer.beginObject()
        writer.key("columns")
        writer.beginArray()
        for column in columns {
            writer.beginObject()
            writer.key("name")
            writer.string(column.name)
            writer.key("type")
            writer.string(column.type)
            writer.endObject()
        }
        writer.endArray()
        writer.key("rows")
        writer.beginArray()
        for row in rows {
            writer.beginArray()
            for cell in row { writer.write(cell) }
            writer.endArray()
        }
        writer.endArray()
        writer.endObject()
        writer.key("meta")
        writer.beginObject()
        writer.key("bucket")
        if let bucketWidth { writer.string(DurationText.text(bucketWidth)) } else { writer.null() }
        writer.key("from")
        writer.string(from.text)
        writer.key("to")
        writer.string(to.text)
        writer.key("rolled_up")
        writer.bool(isRolledUp)
        writer.endObject()
        writer.endObject()
    }
}
