import DashJSON
import Testing

@Suite struct JSONNumberTests {
    @Test(
        "doubles at every edge become numbers with the same value",
        arguments: [
            Double(Int64.min), Double(Int64.max), 0x1p53, -0x1p53, 0x1p53 - 1, 0x1p31, -0x1p31, 0x1p64, -0x1p64, 1e308,
            -1e308, .leastNonzeroMagnitude, -0.0, 0.1, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
        ]
    )
    func doubles(value: Double) throws {
        let number = try #require(JSONNumber(value))
        #expect(number.double == value)
        #expect(JSONNumber(text: number.text) == number)
    }

    @Test("a double that JSON can't say is no number, and is written as null")
    func unspeakable() {
        for value in [Double.nan, .infinity, -.infinity] {
            #expect(JSONNumber(value) == nil)
            #expect(JSONValue(finite: value) == .null)
            var writer = JSONWriter()
            writer.double(value)
            #expect(writer.bytes == Array("null".utf8))
        }
        #expect(JSONValue(finite: 1.5) == 1.5)
    }

    @Test(
        "whole numbers that fit are ints, and no others",
        arguments: [
            ("-9223372036854775808", Int.min), ("9223372036854775807", .max), ("9223372036854775808", nil),
            ("-9223372036854775809", nil), ("1e3", 1_000), ("1e400", nil), ("1.5", nil), ("-0", 0),
        ] as [(String, Int?)]
    )
    func ints(text: String, expected: Int?) throws {
        #expect(try #require(JSONNumber(text: text)).int == expected)
    }
}
