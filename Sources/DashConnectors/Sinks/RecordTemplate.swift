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

    /// Fills the places. `escape` makes a value harmless where the text goes; the template's own text stays as it is.
    func text(
        for record: JSONValue,
        facts: [String: String] = [:],
        escape: (String) -> String = { $0 }
    ) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .field(let field): escape(field.value(in: record)?.plainText ?? "")
            case .record: escape(record.text)
            case .fact(let name): escape(facts[name] ?? "")
            }
        }
        .joined()
    }
}
