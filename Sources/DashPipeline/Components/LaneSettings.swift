import DashJSON

/// How a sink's lane behaves: the group `lane` of every sink's config, declared and read in one place.
struct LaneSettings: Sendable, Hashable {
    /// nil: one delivery at a time.
    var batching: SinkBatching?
    /// How long a delivery is tried; nil is the server's default.
    var budget: Duration?
    /// What may wait in the lane before its pipeline takes nothing more.
    var storageLimit = Self.usualLimit

    static let usualLimit: Int64 = 1 << 30

    /// The lane of a downstream pipeline, which has no config.
    init() {}

    init(_ config: JSONValue, batching: SinkBatching?) {
        let lane = config["lane"]
        budget = lane?["retry_hours"]?.intValue.map { .seconds($0 * 3_600) }
        if let megabytes = lane?["storage_limit_mb"]?.intValue { storageLimit = Int64(megabytes) << 20 }
        guard var batching else { return }
        if let records = lane?["batch_records"]?.intValue { batching.records = max(1, records) }
        if let kilobytes = lane?["batch_kilobytes"]?.intValue { batching.bytes = max(1, kilobytes) << 10 }
        if let seconds = lane?["batch_seconds"]?.intValue { batching.wait = .seconds(seconds) }
        self.batching = batching
    }

    static func field(batching: SinkBatching?) -> ConfigField {
        var fields: [ConfigField] = []
        if let batching {
            fields = [
                ConfigField(
                    "batch_records",
                    .integer(1...100_000),
                    default: .number(JSONNumber(batching.records)),
                    label: "records a batch"
                ),
                ConfigField(
                    "batch_kilobytes",
                    .integer(1...65_536),
                    default: .number(JSONNumber(batching.bytes >> 10)),
                    label: "kilobytes a batch"
                ),
                ConfigField(
                    "batch_seconds",
                    .integer(0...86_400),
                    default: .number(JSONNumber(Int(batching.wait.components.seconds))),
                    label: "seconds to wait for a full batch",
                    help: "0 sends at once what is there."
                ),
            ]
        }
        fields.append(
            ConfigField(
                "retry_hours",
                .integer(1...720),
                default: 24,
                label: "hours to try again",
                help: "A delivery that fails for longer becomes a dead letter, which can be sent again by hand."
            )
        )
        fields.append(
            ConfigField(
                "storage_limit_mb",
                .integer(1...1_000_000),
                default: .number(JSONNumber(Int(usualLimit >> 20))),
                label: "megabytes that may wait",
                help: "Beyond it the pipeline takes nothing more until this sink has caught up."
            )
        )
        return ConfigField("lane", .group(fields), label: "Delivery")
    }
}
