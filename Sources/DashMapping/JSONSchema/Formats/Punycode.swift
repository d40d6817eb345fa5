/// The encoding of RFC 3492.
package enum Punycode {
    private static let base = 36, least = 1, most = 26, skew = 38, damp = 700, firstBias = 72, firstScalar = 128

    /// nil when the text is no encoding.
    static func decoded(_ text: ArraySlice<UInt8>) -> [Unicode.Scalar]? {
        var output: [UInt32] = []
        var input = text
        if let delimiter = text.lastIndex(of: UInt8(ascii: "-")) {
            guard delimiter > text.startIndex else { return nil }
            output = text[..<delimiter].map { UInt32($0) }
            input = text[(delimiter + 1)...]
        }
        var next = firstScalar
        var place = 0
        var bias = firstBias
        while !input.isEmpty {
            let before = place
            var weight = 1
            var position = base
            while true {
                guard let byte = input.popFirst(), let digit = digit(byte) else { return nil }
                guard place <= (1 << 31) - digit * weight, weight <= 1 << 31 else { return nil }
                place += digit * weight
                let threshold = threshold(position, bias)
                if digit < threshold { break }
                weight *= base - threshold
                position += base
            }
            let count = output.count + 1
            bias = adapted(place - before, count, isFirst: before == 0)
            next += place / count
            place %= count
            guard next <= 0x10FFFF else { return nil }
            output.insert(UInt32(next), at: place)
            place += 1
        }
        let scalars = output.compactMap { Unicode.Scalar($0) }
        return scalars.count == output.count ? scalars : nil
    }

    /// In lower case; nil for a text that is too long for any label.
    package static func encoded(_ text: [Unicode.Scalar]) -> [UInt8]? {
        guard text.count <= 256 else { return nil }
        var output = text.filter(\.isASCII).map { scalar in
            scalar.properties.isUppercase ? UInt8(scalar.value | 0x20) : UInt8(scalar.value)
        }
        let basic = output.count
        var handled = basic
        if basic > 0 { output.append(UInt8(ascii: "-")) }
        var next = firstScalar
        var delta = 0
        var bias = firstBias
        while handled < text.count {
            guard let least = text.map({ Int($0.value) }).filter({ $0 >= next }).min() else { return nil }
            delta += (least - next) * (handled + 1)
            next = least
            for scalar in text {
                if Int(scalar.value) < next { delta += 1 }
                guard Int(scalar.value) == next else { continue }
                var rest = delta
                var position = base
                while true {
                    let threshold = threshold(position, bias)
                    if rest < threshold { break }
                    output.append(letter(threshold + (rest - threshold) % (base - threshold)))
                    rest = (rest - threshold) / (base - threshold)
                    position += base
                }
                output.append(letter(rest))
                bias = adapted(delta, handled + 1, isFirst: handled == basic)
                delta = 0
                handled += 1
            }
            delta += 1
            next += 1
        }
        return output
    }

    private static func threshold(_ position: Int, _ bias: Int) -> Int { min(max(position - bias, least), most) }

    private static func adapted(_ delta: Int, _ count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / damp : delta / 2
        delta += delta / count
        var position = 0
        while delta > (base - least) * most / 2 {
            delta /= base - least
            position += base
        }
        return position + (base - least + 1) * delta / (delta + skew)
    }

    private static func digit(_ byte: UInt8) -> Int? {
        if (byte | 0x20) &- 0x61 < 26 { return Int((byte | 0x20) - 0x61) }
        return byte &- 0x30 < 10 ? Int(byte - 0x30) + 26 : nil
    }

    private static func letter(_ digit: Int) -> UInt8 { UInt8(digit < 26 ? digit + 0x61 : digit - 26 + 0x30) }
}
