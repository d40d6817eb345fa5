public import FoundationEssentials

extension UUID {
    /// Lower-case text, the form that every interface of Dash shows.
    public var text: String {
        withUnsafeBytes(of: uuid) { bytes in
            String(unsafeUninitializedCapacity: 36) { text in
                var end = 0
                for (index, byte) in bytes.enumerated() {
                    if index == 4 || index == 6 || index == 8 || index == 10 {
                        text[end] = UInt8(ascii: "-")
                        end += 1
                    }
                    text[end] = Self.digit(byte >> 4)
                    text[end + 1] = Self.digit(byte & 0x0f)
                    end += 2
                }
                return end
            }
        }
    }

    /// Reads the 36 characters of `text`, in either case; nil for anything else. `init(uuidString:)` takes signs and spaces
    /// for digits, and many times as long.
    public init?(text: String) {
        var text = text
        let value = text.withUTF8 { text -> uuid_t? in
            guard text.count == 36 else { return nil }
            var value: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
            let isValid = withUnsafeMutableBytes(of: &value) { bytes in
                var place = 0
                for index in bytes.indices {
                    if index == 4 || index == 6 || index == 8 || index == 10 {
                        guard text[place] == UInt8(ascii: "-") else { return false }
                        place += 1
                    }
                    guard let high = text[place].hexDigitValue, let low = text[place + 1].hexDigitValue else {
                        return false
                    }
                    bytes[index] = high << 4 | low
                    place += 2
                }
                return true
            }
            return isValid ? value : nil
        }
        guard let value else { return nil }
        self.init(uuid: value)
    }

    private static func digit(_ value: UInt8) -> UInt8 { value + UInt8(ascii: value < 10 ? "0" : "W") }
}
