extension CELDuration {
    private static let units: [(name: [UInt8], nanoseconds: Int64)] = [
        (Array("ns".utf8), 1), (Array("us".utf8), 1_000), (Array("µs".utf8), 1_000), (Array("μs".utf8), 1_000),
        (Array("ms".utf8), 1_000_000), (Array("s".utf8), 1_000_000_000), (Array("m".utf8), 60_000_000_000),
        (Array("h".utf8), 3_600_000_000_000),
    ]

    /// Reads numbers with units, one behind the other: `1h45m`, `-1.5s`, `300ms`, `0`.
    public init?(text: String) {
        var rest = Array(text.utf8)[...]
        var isNegative = false
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            rest = rest.dropFirst()
        }
        if rest.elementsEqual("0".utf8) {
            self.init(seconds: 0, nanoseconds: 0)
            return
        }
        guard !rest.isEmpty else { return nil }
        var seconds: Int64 = 0
        var nanoseconds: Int64 = 0
        while !rest.isEmpty {
            guard let part = Self.part(&rest) else { return nil }
            let sum = seconds.addingReportingOverflow(part.seconds)
            guard !sum.overflow else { return nil }
            seconds = sum.partialValue
            nanoseconds += part.nanoseconds
            if nanoseconds >= 1_000_000_000 {
                seconds += 1
                nanoseconds -= 1_000_000_000
            }
            guard seconds <= Self.maxSeconds else { return nil }
        }
        self.init(seconds: isNegative ? -seconds : seconds, nanoseconds: isNegative ? -nanoseconds : nanoseconds)
    }

    private static func part(_ rest: inout ArraySlice<UInt8>) -> (seconds: Int64, nanoseconds: Int64)? {
        var whole: Int64 = 0
        var digits = 0
        while let digit = rest.first.map({ $0 &- 0x30 }), digit < 10 {
            let (product, overflow) = whole.multipliedReportingOverflow(by: 10)
            guard !overflow, product <= .max - 9 else { return nil }
            whole = product + Int64(digit)
            digits += 1
            rest = rest.dropFirst()
        }
        var fraction: Int64 = 0
        var scale: Int64 = 1
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            while let digit = rest.first.map({ $0 &- 0x30 }), digit < 10 {
                if scale < 1_000_000_000_000 {
                    fraction = fraction * 10 + Int64(digit)
                    scale *= 10
                }
                digits += 1
                rest = rest.dropFirst()
            }
        }
        let name = rest.prefix { $0 != UInt8(ascii: ".") && $0 &- 0x30 >= 10 }
        guard digits > 0, let unit = units.first(where: { $0.name.elementsEqual(name) })?.nanoseconds else {
            return nil
        }
        rest = rest.dropFirst(name.count)
        let small = fraction.multipliedFullWidth(by: unit)
        let nanoseconds = scale.dividingFullWidth(small).quotient
        guard unit < 1_000_000_000 else {
            let (seconds, overflow) = whole.multipliedReportingOverflow(by: unit / 1_000_000_000)
            guard !overflow else { return nil }
            let (sum, isOver) = seconds.addingReportingOverflow(nanoseconds / 1_000_000_000)
            return isOver ? nil : (sum, nanoseconds % 1_000_000_000)
        }
        let perSecond = 1_000_000_000 / unit
        return (whole / perSecond, whole % perSecond * unit + nanoseconds)
    }
}
