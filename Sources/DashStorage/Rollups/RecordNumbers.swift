import DashJSON
import DashModel

/// Reads numbers out of a batch's bytes by their tape.
struct RecordNumbers {
    /// Larger ones are no exact doubles: a field that has such is left to the rows.
    static let largest: Double = 9_007_199_254_740_992
    /// Nor are those that are nearer to zero.
    static let smallest: Double = 1e-290

    private let document: JSONDocument?

    /// The records were checked before they came here, so the limits are wide.
    init(_ records: RecordBytes) {
        let limits = JSONLimits(
            maxBytes: .max,
            maxDepth: .max,
            maxExponent: .max,
            maxNodes: .max,
            allowsNullCharacter: true
        )
        let document = try? JSONDocument(parsingAdjacent: records.bytes, limits: limits)
        self.document = document?.roots.count == records.count ? document : nil
    }

    /// Hands over each record's number at the path. False, at once, when a record has something else there, or a number
    /// that a double can't hold; nothing and null are neither.
    func forEach(at path: RecordPath, _ body: (_ index: Int, _ value: Double) -> Void) -> Bool {
        guard let document else { return false }
        for (index, root) in document.roots.enumerated() {
            guard let node = Self.find(path, in: document, from: root) else { continue }
            switch document.nodes[node].kind {
            case .null: continue
            case .number:
                guard let value = Self.double(document.nodes[node], document), abs(value) <= Self.largest else {
                    return false
                }
                body(index, value)
            case .bool, .string, .array, .object: return false
            }
        }
        return true
    }

    private static func find(_ path: RecordPath, in document: JSONDocument, from root: Int) -> Int? {
        var node = root
        for step in path.steps {
            let next: Int? =
                switch step {
                case .key(let key): document.member(key, of: node)
                case .index(let index): document.element(index, of: node)
                }
            guard let next else { return nil }
            node = next
        }
        return node
    }

    /// Digits that fit a double exactly are read by hand, which gives the nearest double as the slow way does.
    private static func double(_ node: JSONNode, _ document: JSONDocument) -> Double? {
        guard node.length <= 16 else { return slow(node, document) }
        var mantissa: Int64 = 0
        var fraction: Int?
        let start = Int(node.start)
        let isNegative = document.bytes[start] == UInt8(ascii: "-")
        for byte in document.bytes[(isNegative ? start + 1 : start)..<start + Int(node.length)] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                mantissa = mantissa * 10 + Int64(byte - UInt8(ascii: "0"))
                fraction = fraction.map { $0 + 1 }
            case UInt8(ascii: "."): fraction = 0
            default: return slow(node, document)
            }
        }
        guard mantissa < 1 << 53 else { return slow(node, document) }
        let value = Double(mantissa) / powers[fraction ?? 0]
        return isNegative ? -value : value
    }

    private static func slow(_ node: JSONNode, _ document: JSONDocument) -> Double? {
        let start = Int(node.start)
        let text = String(decoding: document.bytes[start..<start + Int(node.length)], as: UTF8.self)
        guard let value = Double(text), abs(value) < smallest else { return Double(text) }
        let isZero = !text.prefix { $0 != "e" && $0 != "E" }.contains { $0 >= "1" && $0 <= "9" }
        return isZero ? 0 : nil
    }

    private static let powers = (0...16).map { exponent in (0..<exponent).reduce(1.0) { power, _ in power * 10 } }
}
