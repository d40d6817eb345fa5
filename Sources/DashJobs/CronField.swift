/// One field of a cron expression: the values it allows, as bits.
struct CronField: Sendable, Hashable {
    let bits: UInt64
    /// Whether the field began with `*` (or `?`), which decides how days and repeated hours count.
    let isWild: Bool

    func contains(_ value: Int) -> Bool { value < 64 && bits & (1 << UInt64(value)) != 0 }

    /// The smallest allowed value.
    var first: Int { bits.trailingZeroBitCount }

    /// Lists of values, names, ranges and steps: `*/5`, `1-5`, `MON,WED`, `10-40/10`, `7/20`.
    init?(_ text: some StringProtocol, in range: ClosedRange<Int>, names: [String] = []) {
        var bits: UInt64 = 0
        var isWild = false
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
            guard let spec = pieces.first, pieces.count <= 2 else { return nil }
            var step = 1
            if pieces.count == 2 {
                guard let value = Int(pieces[1]), value > 0 else { return nil }
                step = value
            }
            let bounds: ClosedRange<Int>
            if spec == "*" || spec == "?" {
                bounds = range
                isWild = true
            } else {
                let ends = spec.split(separator: "-", omittingEmptySubsequences: false)
                guard ends.count <= 2, let low = Self.value(ends[0], range, names) else { return nil }
                var high = pieces.count == 2 ? range.upperBound : low
                if ends.count == 2 {
                    guard let value = Self.value(ends[1], range, names) else { return nil }
                    high = value
                }
                guard low <= high else { return nil }
                bounds = low...high
            }
            for value in stride(from: bounds.lowerBound, through: bounds.upperBound, by: step) {
                bits |= 1 << UInt64(value)
            }
        }
        guard bits != 0 else { return nil }
        self.bits = bits
        self.isWild = isWild
    }

    private init(bits: UInt64, isWild: Bool) {
        self.bits = bits
        self.isWild = isWild
    }

    /// Sunday may be written 0 or 7.
    var withSundayAsZero: CronField {
        contains(7) ? CronField(bits: (bits & ~(1 << 7)) | 1, isWild: isWild) : self
    }

    private static func value(_ text: Substring.SubSequence, _ range: ClosedRange<Int>, _ names: [String]) -> Int? {
        if let index = names.firstIndex(of: text.uppercased()) { return index + range.lowerBound }
        guard let value = Int(text), range.contains(value), text.allSatisfy(\.isNumber) else { return nil }
        return value
    }

    private static func value(_ text: some StringProtocol, _ range: ClosedRange<Int>, _ names: [String]) -> Int? {
        value(Substring(text), range, names)
    }
}
