import DashJSON
import DashMapping
import DashPipeline

/// How a source is asked only for what is new.
struct IncrementalSettings: Sendable {
    /// For sources with query parameters.
    static let field = field(param: "The query parameter that gets the last value.")
    /// For sources with variables.
    static let variableField = field(param: "The variable that gets the last value, as a text.")

    private static func field(param: String) -> ConfigField {
        ConfigField(
            "incremental",
            .group([
                ConfigField(
                    "field",
                    .jsonPath,
                    help: "The field that orders the records, within one: $.updated_at. Empty: off."
                ),
                ConfigField(
                    "tie_breaker",
                    .jsonPath,
                    default: "$.id",
                    help: "What tells records with the same value apart."
                ),
                ConfigField(
                    "type",
                    .choice(["auto"] + CursorOrder.Kind.allCases.map(\.rawValue)),
                    default: "auto",
                    help: "How the field's values are compared. auto: as the first run finds them, all in one way."
                ),
                ConfigField("param", .string, default: "since", help: param),
                ConfigField("initial", .string, help: "Where to begin. Empty: with the first record there is."),
                ConfigField(
                    "overlap",
                    .integer(0...10_000_000),
                    default: 60,
                    help:
                        "How far each poll looks back again (seconds for times): as late as records may come. Repeats "
                        + "are dropped."
                ),
                ConfigField(
                    "rewind_to",
                    .string,
                    help: "A new value here makes the next poll begin there again; its records are stored once more."
                ),
            ]),
            help: "Polls only what is new since the last poll."
        )
    }

    let path: JSONPath
    let tieBreaker: JSONPath?
    let param: String
    let initial: String
    /// nil: as it is found.
    let order: CursorOrder?
    let overlap: Double
    let rewind: String

    /// nil when it is off.
    init?(_ config: JSONValue?) throws {
        func text(_ name: String) -> String? { config?[name]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } }
        guard let field = text("field") else { return nil }
        path = try JSONPath(field)
        tieBreaker = try JSONPath(text("tie_breaker") ?? "$.id")
        param = text("param") ?? "since"
        initial = text("initial") ?? ""
        order = text("type").flatMap(CursorOrder.Kind.init).map(CursorOrder.init(given:))
        overlap = Double(config?["overlap"]?.intValue ?? 60)
        rewind = text("rewind_to") ?? ""
    }
}
