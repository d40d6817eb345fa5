import FoundationEssentials

/// How far a zone is ahead of UTC.
enum CELTimeZone {
    /// In seconds, at a moment; `zone` is `+02:00`, `-03:30` or a name like `Europe/Berlin`. nil for no such zone.
    static func offset(of zone: String, at seconds: Int64) -> Int64? {
        if zone == "UTC" || zone == "Z" || zone.isEmpty { return 0 }
        if let fixed = fixed(Array(zone.utf8)) { return fixed }
        guard let known = TimeZone(identifier: zone) else { return nil }
        return Int64(known.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
    }

    private static func fixed(_ text: [UInt8]) -> Int64? {
        var digits = text[...]
        var sign: Int64 = 1
        if let first = digits.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
            sign = first == UInt8(ascii: "-") ? -1 : 1
            digits = digits.dropFirst()
        }
        let parts = digits.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) && $0.allSatisfy { $0 &- 0x30 < 10 } }),
            let hours = Int64(String(decoding: parts[0], as: UTF8.self)), hours < 24,
            let minutes = Int64(String(decoding: parts[1], as: UTF8.self)), minutes < 60
        else { return nil }
        return sign * (hours * 3_600 + minutes * 60)
    }
}
