/// Why a text is not acceptable JSON, and where. Says nothing of the values in it.
public struct JSONError: Error, Sendable, Hashable {
    /// What is wrong, for a program.
    public struct Code: Sendable, Hashable {
        enum Value: String, Sendable {
            case unexpectedEnd, expectedValue, expectedKey, expectedColon, expectedCommaOrEnd, trailingBytes
            case missingLineBreak, invalidNumber, numberOutOfRange, invalidEscape, loneSurrogate, nullCharacter
            case controlCharacter, invalidUTF8, byteOrderMark, tooLarge, tooDeep, tooManyValues
        }

        let value: Value

        public static let unexpectedEnd = Code(value: .unexpectedEnd)
        public static let expectedValue = Code(value: .expectedValue)
        public static let expectedKey = Code(value: .expectedKey)
        public static let expectedColon = Code(value: .expectedColon)
        public static let expectedCommaOrEnd = Code(value: .expectedCommaOrEnd)
        public static let trailingBytes = Code(value: .trailingBytes)
        public static let missingLineBreak = Code(value: .missingLineBreak)
        public static let invalidNumber = Code(value: .invalidNumber)
        public static let numberOutOfRange = Code(value: .numberOutOfRange)
        public static let invalidEscape = Code(value: .invalidEscape)
        public static let loneSurrogate = Code(value: .loneSurrogate)
        public static let nullCharacter = Code(value: .nullCharacter)
        public static let controlCharacter = Code(value: .controlCharacter)
        public static let invalidUTF8 = Code(value: .invalidUTF8)
        public static let byteOrderMark = Code(value: .byteOrderMark)
        public static let tooLarge = Code(value: .tooLarge)
        public static let tooDeep = Code(value: .tooDeep)
        public static let tooManyValues = Code(value: .tooManyValues)
    }

    public let code: Code
    /// Bytes before the fault.
    public let offset: Int
    /// Counted from 1.
    public let line: Int
    /// In characters (Unicode scalars), counted from 1.
    public let column: Int

    /// That a text is larger than it may be.
    public static let tooLarge = JSONError(.tooLarge, at: 0, in: [])

    init(_ code: Code, at offset: Int, in bytes: [UInt8]) {
        self.code = code
        self.offset = offset
        var line = 1
        var column = 1
        for byte in bytes.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        self.line = line
        self.column = column
    }
}

extension JSONError: CustomStringConvertible {
    /// The whole message: "line 3, column 7: a comma or the end of the array or object is missing".
    public var description: String { "line \(line), column \(column): \(reason)" }

    /// The message without the position.
    public var reason: String {
        switch code.value {
        case .unexpectedEnd: "the JSON text ends too early"
        case .expectedValue: "a JSON value is expected here"
        case .expectedKey: "a key in double quotes is expected here"
        case .expectedColon: "a colon is expected after the key"
        case .expectedCommaOrEnd: "a comma or the end of the array or object is expected here"
        case .trailingBytes: "there is more text after the end of the JSON value"
        case .missingLineBreak: "each JSON value must stand on a line of its own"
        case .invalidNumber: "this is not a number as JSON spells it"
        case .numberOutOfRange: "the number is too large or too small to be stored"
        case .invalidEscape: "the escape after the backslash is not one JSON knows"
        case .loneSurrogate: "half of a surrogate pair stands alone"
        case .nullCharacter: "the null character (\\u0000) can't be stored"
        case .controlCharacter: "a control character must be written as an escape"
        case .invalidUTF8: "the text is not valid UTF-8"
        case .byteOrderMark: "the text must not start with a byte order mark"
        case .tooLarge: "the text is larger than allowed"
        case .tooDeep: "arrays and objects are nested deeper than allowed"
        case .tooManyValues: "the text holds more values than allowed"
        }
    }
}

extension JSONError.Code: CustomStringConvertible {
    public var description: String { value.rawValue }
}
