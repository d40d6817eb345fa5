import DashJSON
import Testing

@Suite struct JSONParsingTests {
    @Test(arguments: [
        ("", JSONError.Code.unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("[1,]", .expectedValue, 3),
        ("[1 2]", .expectedCommaOrEnd, 3), ("{\"a\"}", .expectedColon, 4), ("{\"a\":1,}", .expectedKey, 7),
        ("{a:1}", .expectedKey, 1), ("[1}", .expectedCommaOrEnd, 2), ("01", .invalidNumber, 2),
        ("-", .unexpectedEnd, 1), ("-a", .invalidNumber, 1), ("1.", .unexpectedEnd, 2), ("[1.]", .invalidNumber, 3),
        ("[1e]", .invalidNumber, 3), ("[1e+]", .invalidNumber, 4), ("1e10001", .numberOutOfRange, 7),
        ("1e-10001", .numberOutOfRange, 8), ("1e99999999999999999999", .numberOutOfRange, 22),
        ("nul", .expectedValue, 0),
        ("[\"a", .unexpectedEnd, 3), ("\"a\nb\"", .controlCharacter, 2), ("\"\\x\"", .invalidEscape, 1),
        ("\"\\u12g4\"", .invalidEscape, 1), ("\"\\u0000\"", .nullCharacter, 1), ("\"\\ud800\"", .loneSurrogate, 1),
        ("\"\\ud800\\u0041\"", .loneSurrogate, 1), ("\"\\udc00\"", .loneSurrogate, 1), ("\"\\", .unexpectedEnd, 2),
        ("1 2", .trailingBytes, 2), ("\u{FEFF}1", .byteOrderMark, 0), ("{\"a\":", .unexpectedEnd, 5),
        ("tru", .expectedValue, 0), ("fals ", .expectedValue, 0), ("[", .unexpectedEnd, 1), ("{", .unexpectedEnd, 1),
    ])
    func refuses(text: String, code: JSONError.Code, offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSONDocument(parsing: Array(text.utf8)) }
        #expect(error?.code == code)
        if code != .expectedValue || !text.hasPrefix("tru") { #expect(error?.offset == offset) }
    }

    @Test(
        arguments: [
            [0x22, 0x80, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
            [0x22, 0xE2, 0x82, 0x22], [0x22, 0xC2], [0x22, 0xFF, 0x22], [0x22, 0xF0, 0x80, 0x80, 0x80, 0x22],
        ] as [[UInt8]]
    )
    func refusesInvalidUTF8(bytes: [UInt8]) {
        let error = #expect(throws: JSONError.self) { try JSONDocument(parsing: bytes) }
        #expect(error?.code == .invalidUTF8)
    }

    @Test func errorsNameLineAndColumnAndNoValues() {
        let error = #expect(throws: JSONError.self) {
            try JSONDocument(parsing: Array("{\n  \"clé\": \"secret\" x\n}".utf8))
        }
        #expect(error?.line == 2)
        #expect(error?.column == 19)
        #expect(error?.description.contains("secret") == false)
    }

    @Test func depthIsLimitedWithoutRecursion() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(repeating: UInt8(ascii: "["), count: depth) + Array(repeating: UInt8(ascii: "]"), count: depth)
        }
        _ = try JSONValue(parsing: nested(512))
        #expect(throws: JSONError.self) { try JSONDocument(parsing: nested(513)) }
        #expect(throws: JSONError.self) { try JSONDocument(parsing: nested(100_000)) }
        let deep = JSONLimits(maxDepth: 100_000)
        let value = try JSONValue(parsing: nested(deep.maxDepth), limits: deep)
        #expect(value.encoded() == nested(deep.maxDepth))
    }

    @Test func sizeAndCountAreLimited() {
        let text = Array("[1,2,3,4,5]".utf8)
        #expect(throws: JSONError.self) { try JSONDocument(parsing: text, limits: JSONLimits(maxBytes: 10)) }
        let error = #expect(throws: JSONError.self) {
            try JSONDocument(parsing: text, limits: JSONLimits(maxNodes: 5))
        }
        #expect(error?.code == .tooManyValues)
        #expect(throws: JSONError.self) { try JSONDocument(parsing: text, limits: JSONLimits(maxNodes: 0)) }
    }

    @Test func numbersThatNumericCannotHoldAreRefused() throws {
        let digits = String(repeating: "9", count: 131_072)
        _ = try JSONDocument(parsing: Array(digits.utf8))
        #expect(throws: JSONError.self) { try JSONDocument(parsing: Array((digits + "9").utf8)) }
        #expect(throws: JSONError.self) { try JSONDocument(parsing: Array((digits + "e1").utf8)) }
        let fraction = "0." + String(repeating: "1", count: 16_383)
        _ = try JSONDocument(parsing: Array(fraction.utf8))
        #expect(throws: JSONError.self) { try JSONDocument(parsing: Array((fraction + "1").utf8)) }
    }

    @Test func numbersKeepTheirText() throws {
        let text = "[12345678901234567890,1.10,-0,1E+2,0.1]"
        #expect(try JSONValue(parsing: text).text == text)
    }

    @Test func linesHaveSeveralRoots() throws {
        let document = try JSONDocument(parsingLines: Array("{\"a\":1}\n\r\n 2 \n[3]".utf8))
        #expect(document.roots.map { document.view($0).value.text } == ["{\"a\":1}", "2", "[3]"])
        #expect(try JSONDocument(parsingLines: []).roots.isEmpty)
        #expect(try JSONDocument(parsingLines: Array(" \n".utf8)).roots.isEmpty)
        let error = #expect(throws: JSONError.self) { try JSONDocument(parsingLines: Array("{} {}".utf8)) }
        #expect(error?.code == .missingLineBreak)
    }

    @Test(arguments: [
        (#"{"a":1,"b":2,"a":3}"#, #"{"b":2,"a":3}"#),
        (#"{"a":1,"\u0061":2}"#, #"{"a":2}"#),
        (#"{"x":{"k":1,"k":[{"k":1,"k":2}]},"y":[ ]}"#, #"{"x":{"k":[{"k":2}]},"y":[]}"#),
        (#"{"a":1,"a":2,"a":3}"#, #"{"a":3}"#),
        (#"[{"é":1,"\u00e9":2},{"a":1}]"#, #"[{"é":2},{"a":1}]"#),
        (#" { "a" : [ 1 , { } , [ ] ] , "b" : " x " } "#, #"{"a":[1,{},[]],"b":" x "}"#),
    ])
    func lastOfEqualKeysWins(text: String, compact: String) throws {
        let document = try JSONDocument(parsing: Array(text.utf8))
        let root = try #require(document.root)
        #expect(String(decoding: root.compactBytes, as: UTF8.self) == compact)
        #expect(root.value == (try JSONValue(parsing: compact)))
        if let a = root["a"]?.int { #expect(a == (try JSONValue(parsing: compact))["a"]?.intValue) }
    }

    @Test(arguments: [31, 32, 33, 34, 1000, 50_000])
    func manyKeysWithRepeats(count: Int) throws {
        let members = (0..<count).map { "\"k\($0)\":\($0)" } + ["\"k0\":-1", "\"k\(count / 2)\":-2"]
        let document = try JSONDocument(parsing: Array("{\(members.joined(separator: ","))}".utf8))
        let root = try #require(document.root)
        #expect(root.members.reduce(0) { sum, _ in sum + 1 } == count)
        #expect(root["k0"]?.int == -1)
        #expect(root["k\(count / 2)"]?.int == -2)
        #expect(root["k1"]?.int == 1)
    }
}
