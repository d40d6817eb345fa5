import DashJSON
import DashPipeline

/// How much one run takes; what is left comes with the next one.
struct ScanLimits: Sendable {
    static let maxBytes = 10 << 20

    static let fields = [
        ConfigField(
            "max_pages",
            .integer(1...10_000),
            default: 100,
            help: "Pages a run; the rest comes with the next one."
        ),
        ConfigField("max_seconds", .integer(1...3_600), default: 60, help: "How long a run may ask for pages."),
        ConfigField(
            "max_bytes",
            .integer(1_000...maxBytes),
            default: .number(JSONNumber(maxBytes)),
            help: "Bytes a run."
        ),
    ]

    let pages: Int
    let duration: Duration
    let bytes: Int

    init(_ config: JSONValue) {
        pages = config["max_pages"]?.intValue ?? 100
        duration = .seconds(config["max_seconds"]?.intValue ?? 60)
        bytes = config["max_bytes"]?.intValue ?? Self.maxBytes
    }
}
