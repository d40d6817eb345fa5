import DashJSON
import DashModel
public import DashStorage

extension DataResult {
    /// `{"data":{"columns":[{"name","type"}],"rows":[[…]]},"meta":{"bucket","from","to","rolled_up"}}`.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter(reserving: 256 + rows.count * columns.count * 12)
        writer.beginObject()
        writer.key("data")
        writer.beginObject()
        writer.key("columns")
        writer.beginArray()
        for column in columns { writer.write(["name": .string(column.name), "type": .string(column.type)]) }
        writer.endArray()
        writer.key("rows")
        writer.beginArray()
        for row in rows { writer.write(.array(row)) }
        writer.endArray()
        writer.endObject()
        writer.key("meta")
        writer.write([
            "bucket": bucketWidth.map { .string(Self.text($0)) } ?? .null,
            "from": .string(from.text),
            "to": .string(to.text),
            "rolled_up": .bool(isRolledUp),
        ])
        writer.endObject()
        return writer.bytes
    }

    /// A bucket's width as queries spell it: `15m`.
    private static func text(_ width: Duration) -> String {
        let seconds = width.components.seconds
        for (unit, letter) in [(86_400, "d"), (3_600, "h"), (60, "m")] as [(Int64, String)]
        where seconds > 0 && seconds % unit == 0 {
            return "\(seconds / unit)\(letter)"
        }
        return "\(seconds)s"
    }
}
