public import DashModel
public import FoundationEssentials

/// One row of an answer, its cells by position. The accessors read a cell however the engine hands it over.
public struct SQLRow: Sendable, Hashable {
    public var cells: [SQLValue]

    public init(_ cells: [SQLValue]) { self.cells = cells }

    public func isNull(_ index: Int) -> Bool { if case .null = cells[index] { true } else { false } }

    public func int(_ index: Int) -> Int64? {
        switch cells[index] {
        case .integer(let value): value
        case .double(let value): Int64(exactly: value.rounded())
        case .bool(let value): value ? 1 : 0
        case .timestamp(let value): value.microseconds
        default: nil
        }
    }

    public func double(_ index: Int) -> Double? {
        switch cells[index] {
        case .integer(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    public func bool(_ index: Int) -> Bool? { int(index).map { $0 != 0 } }

    public func text(_ index: Int) -> String? {
        switch cells[index] {
        case .text(let value): value
        case .bytes(let value), .json(let value): String(decoding: value, as: UTF8.self)
        default: nil
        }
    }

    public func bytes(_ index: Int) -> [UInt8]? {
        switch cells[index] {
        case .bytes(let value), .json(let value): value
        case .text(let value): Array(value.utf8)
        case .uuid(let value): value.bytes
        default: nil
        }
    }

    public func uuid(_ index: Int) -> UUID? {
        switch cells[index] {
        case .uuid(let value): value
        case .bytes(let value): UUID(bytes: value)
        default: nil
        }
    }

    public func timestamp(_ index: Int) -> Timestamp? { int(index).map(Timestamp.init(microseconds:)) }
}
