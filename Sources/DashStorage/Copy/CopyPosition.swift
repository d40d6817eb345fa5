import DashJSON
import DashModel
import FoundationEssentials

/// How far the copy of one table is.
public struct CopyPosition: Sendable, Hashable {
    /// The key of the last row that was copied.
    public var key: [SQLValue]
    public var rows: Int

    public init(key: [SQLValue], rows: Int) {
        self.key = key
        self.rows = rows
    }

    /// As the target keeps it.
    public var text: String {
        JSONValue.array(
            key.map { value in
                switch value {
                case .uuid(let id): ["uuid", .string(id.text)]
                case .integer(let number): ["integer", .string(String(number))]
                case .timestamp(let time): ["timestamp", .string(String(time.microseconds))]
                case .text(let text): ["text", .string(text)]
                default: .null
                }
            }
        ).text
    }

    public init(text: String, rows: Int) throws {
        let values = try JSONValue(parsing: Array(text.utf8), limits: .rfc8259).arrayValue ?? []
        key = try values.map { value in
            let parts = value.arrayValue?.compactMap(\.stringValue) ?? []
            switch (parts.first, parts.last) {
            case ("uuid", let text?): if let id = UUID(text: text) { return .uuid(id) }
            case ("integer", let text?): if let number = Int64(text) { return .integer(number) }
            case ("timestamp", let text?):
                if let number = Int64(text) { return .timestamp(Timestamp(microseconds: number)) }
            case ("text", let text?): return .text(text)
            default: break
            }
            throw DashError(.internal, "The position of an unfinished copy can't be read.")
        }
        self.rows = rows
    }
}
