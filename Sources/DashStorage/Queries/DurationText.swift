/// Spans as queries spell them: `30s`, `15m`, `24h`, `7d`, `2w`.
enum DurationText {
    private static let units: [(name: Character, seconds: Int64)] = [
        ("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1),
    ]

    static func parse(_ text: String) -> Duration? {
        guard let unit = units.first(where: { $0.name == text.last }), let count = Int64(text.dropLast()), count > 0,
            text.first != "+"
        else { return nil }
        let (seconds, overflow) = count.multipliedReportingOverflow(by: unit.seconds)
        return overflow || seconds > 100 * 31_557_600 ? nil : .seconds(seconds)
    }

    /// The shortest spelling.
    static func text(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        let unit = units.dropFirst().first { seconds % $0.seconds == 0 && seconds >= $0.seconds } ?? ("s", 1)
        return "\(seconds / unit.seconds)\(unit.name)"
    }
}
