/// Tells bytes that are text from others.
public enum UTF8Text {
    /// Whether all of it is well-formed UTF-8.
    public static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = bytes.baseAddress else { return true }
        var index = 0
        while index < bytes.count {
            if index &+ 8 <= bytes.count, JSONWord.load(base, index, bytes.count) & 0x8080_8080_8080_8080 == 0 {
                index &+= 8
            } else if base[index] < 0x80 {
                index &+= 1
            } else {
                let length = JSONStringScanner.sequenceLength(base, index, bytes.count)
                guard length > 0 else { return false }
                index &+= length
            }
        }
        return true
    }
}
