/// A map's key, so that equal numbers of different types are one key and strings differ by their code points.
struct CELKey: Hashable, Sendable {
    private enum Form: Hashable, Sendable {
        case bool(Bool)
        case int(Int64)
        case uint(UInt64)
        case string([UInt8])
    }

    private let form: Form

    init(_ text: String) { form = .string(Array(text.utf8)) }

    /// nil for what can't be a key and equals none: lists, fractions and the like.
    init?(_ value: CELValue) {
        switch value {
        case .bool(let value): form = .bool(value)
        case .int(let value): form = .int(value)
        case .uint(let value): form = Int64(exactly: value).map { .int($0) } ?? .uint(value)
        case .double(let value):
            if let whole = Int64(exactly: value) {
                form = .int(whole)
            } else if let whole = UInt64(exactly: value) {
                form = .uint(whole)
            } else {
                return nil
            }
        case .decimal(let value):
            if let whole = value.whole(Int64.self) {
                form = .int(whole)
            } else if let whole = value.whole(UInt64.self) {
                form = .uint(whole)
            } else {
                return nil
            }
        case .string(let text): form = .string(Array(text.utf8))
        default: return nil
        }
    }
}
