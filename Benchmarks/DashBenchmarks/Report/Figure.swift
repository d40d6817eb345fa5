import DashJSON

/// One measured number, the floor it is compared with, and what it should reach.
struct Figure {
    enum Target {
        /// The ratio to the floor should be at least, or at most, this.
        case ratio(atLeast: Double)
        case ratioAtMost(Double)
        /// The value should be at least, or at most, this.
        case atLeast(Double)
        case atMost(Double)
    }

    var name: String
    var value: Double
    var unit: String
    var floorName: String?
    var floor: Double?
    var target: Target?
    /// Each round's value, to show the spread.
    var samples: [Double] = []

    /// Above 1 is better than the floor where more is better; for times and sizes it says how many floors it costs.
    var ratio: Double? { floor.flatMap { $0 > 0 ? value / $0 : nil } }

    var passes: Bool? {
        switch target {
        case nil: nil
        case .ratio(let least): ratio.map { $0 >= least }
        case .ratioAtMost(let most): ratio.map { $0 <= most }
        case .atLeast(let least): value >= least
        case .atMost(let most): value <= most
        }
    }

    var targetText: String {
        switch target {
        case nil: ""
        case .ratio(let least): "ratio ≥ \(least.short)"
        case .ratioAtMost(let most): "ratio ≤ \(most.short)"
        case .atLeast(let least): "≥ \(least.short) \(unit)"
        case .atMost(let most): "≤ \(most.short) \(unit)"
        }
    }

    var json: JSONValue {
        [
            "name": .string(name), "value": JSONValue(finite: value), "unit": .string(unit),
            "floor_name": floorName.map { .string($0) } ?? .null,
            "floor": floor.map { JSONValue(finite: $0) } ?? .null,
            "ratio": ratio.map { JSONValue(finite: $0) } ?? .null,
            "target": .string(targetText), "passes": passes.map { .bool($0) } ?? .null,
            "samples": .array(samples.map { JSONValue(finite: $0) }),
        ]
    }
}
