/// Writes digits and signs into a buffer that has room for them.
struct DecimalWriter {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

    mutating func append(_ sign: Unicode.Scalar) {
        buffer[count] = UInt8(ascii: sign)
        count += 1
    }

    /// At least so many digits, with zeros in front.
    mutating func append(_ value: Int64, digits: Int) {
        guard value >= 0 else {
            let text = String(value)
            for _ in 0..<max(0, digits - text.utf8.count) { append("0") }
            for byte in text.utf8 {
                buffer[count] = byte
                count += 1
            }
            return
        }
        var divisor: Int64 = 1
        for _ in 1..<digits { divisor *= 10 }
        while value / divisor > 9 { divisor *= 10 }
        while divisor > 0 {
            buffer[count] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10)
            count += 1
            divisor /= 10
        }
    }
}
