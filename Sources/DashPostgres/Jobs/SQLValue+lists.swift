import DashModel
import DashStorage
import FoundationEssentials

extension SQLValue {
    static func list(_ values: some Sequence<UUID>) -> SQLValue { .array(.uuid, values.map(SQLValue.uuid)) }
    static func list(_ values: some Sequence<Int>) -> SQLValue { .array(.integer, values.map { .integer(Int64($0)) }) }
    static func list(_ values: some Sequence<String>) -> SQLValue { .array(.text, values.map(SQLValue.text)) }
    static func list(_ values: some Sequence<Timestamp>) -> SQLValue {
        .array(.timestamp, values.map(SQLValue.timestamp))
    }
    static func list(_ values: some Sequence<UUID?>) -> SQLValue {
        .array(.uuid, values.map { $0.map(SQLValue.uuid) ?? .null })
    }
    static func list(_ values: some Sequence<String?>) -> SQLValue {
        .array(.text, values.map { $0.map(SQLValue.text) ?? .null })
    }
}
