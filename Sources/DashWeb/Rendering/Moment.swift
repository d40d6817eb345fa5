import DashModel

/// Times and amounts as pages show them, in UTC and to the second.
enum Moment {
    static func text(_ time: Timestamp?, absent: String = "–") -> String {
        guard let time else { return absent }
        let text = time.text.replacing("T", with: " ")
        return String(text.prefix(19)) + " UTC"
    }

    /// `1.2 ms`, `3.4 s`, `5 min 6 s`, `7 h 8 min`.
    static func duration(microseconds: Int64) -> String {
        switch microseconds {
        case ..<1_000: "\(microseconds) µs"
        case ..<1_000_000: tenths(microseconds, 1_000) + " ms"
        case ..<60_000_000: tenths(microseconds, 1_000_000) + " s"
        case ..<3_600_000_000: "\(microseconds / 60_000_000) min \(microseconds / 1_000_000 % 60) s"
        default: "\(microseconds / 3_600_000_000) h \(microseconds / 60_000_000 % 60) min"
        }
    }

    static func bytes(_ count: Int64) -> String {
        switch count {
        case ..<1_000: "\(count) B"
        case ..<1_000_000: tenths(count, 1_000) + " kB"
        case ..<1_000_000_000: tenths(count, 1_000_000) + " MB"
        default: tenths(count, 1_000_000_000) + " GB"
        }
    }

    /// With thin groups: `12 345`.
    static func count(_ value: Int64) -> String {
        let digits = Array(String(value.magnitude))
        var out = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { out.append("\u{202F}") }
            out.append(digit)
        }
        return (value < 0 ? "−" : "") + out
    }

    private static func tenths(_ value: Int64, _ unit: Int64) -> String {
        let tenths = value / (unit / 10)
        return tenths % 10 == 0 || tenths >= 1_000 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
