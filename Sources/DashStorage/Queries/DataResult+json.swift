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
        for column in columns { column.write(to: &writer) }
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
        writeMeta(to: &writer)
        writer.endObject()
    }

    /// `{"bucket","from","to","rolled_up","truncated","groups","as_of"}`: what the rows stand for and what is not among them.
    public func writeMeta(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("bucket")
        if let bucketWidth { writer.string(DurationText.text(bucketWidth)) } else { writer.null() }
        writer.key("from")
        writer.string(from.text)
        writer.key("to")
        writer.string(to.text)
        writer.key("rolled_up")
        writer.bool(isRolledUp)
        writer.key("truncated")
        writer.bool(isTruncated)
        writer.key("groups")
        if let groups {
            writer.beginObject()
            writer.key("shown")
            writer.int(groups.shown)
            writer.key("total")
            writer.int(groups.total)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.key("as_of")
        if let asOf { writer.string(asOf.text) } else { writer.null() }
        writer.endObject()
    }
}

extension DataResult.Column {
    /// `{"name","type","role"}`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("name")
        writer.string(name)
        writer.key("type")
        writer.string(type)
        writer.key("role")
        writer.string(role.rawValue)
        writer.endObject()
    }
}
