import DashJSON
import DashModel

/// A text with places for a record's fields: `{{sensor}} is at {{reading.value}}`. `{{$record}}` is the whole record,
/// `{{$count}}` how many there are, `{{$delivery}}` and `{{$pipeline}}` the ids.
struct RecordTemplate: Sendable {
    private enum Piece: Sendable {
        case text(String)
        case field(RecordField)
        case record
        case fact(String)
    }

    private let pieces: [Piece]

    init(_ template: String) {
        var pieces: [Piece] = []
        var rest = template[...]
        while let start = rest.firstRange(of: "{{"), let end = rest[start.upperBound...].firstRange(of: "}}") {
            pieces.append(.text(String(rest[..<start.lowerBound])))
            let name = String(rest[start.upperBound..<end.lowerBound].filter { !$0.isWhitespace })
            switch name {
            case "$record": pieces.append(.record)
            case "$count", "$delivery", "$pipeline": pieces.append(.fact(name))
            default: pieces.append(.field(RecordField(name)))
            }
            rest = rest[end.upperBound...]
        }
        pieces.append(.text(String(rest)))
        self.pieces = pieces
    }

    /// Whether nothing depends on the record.
    var isConstant: Bool {
        pieces.allSatisfy { if case .text = $0 { true } else { false } }
    }

    /// Fills the places. `escape` makes a value harmless where the text goes; the template's own text stays as it is. A text
    /// of more than `limit` bytes is nil: a short template can ask for a long record many times.
    func text(
        for record: JSONValue,
        facts: [String: String] = [:],
        limit: Int,
        escape: (String) -> String = { $0 }
    ) -> String? {
        var whole = ""
        for piece in pieces {
            switch piece {
            case .text(let text): whole += text
            case .field(let field): whole += escape(field.value(in: record)?.plainText ?? "")
            case .record: whole += escape(record.text)
            case .fact(let name): whole += escape(facts[name] ?? "")
            }
            if whole.utf8.count > limit { return nil }
        }
        return whole
    }
}
