import DashJSON
import DashModel
import Testing

@testable import DashMapping

/// Characters are what their sender says they are, and nothing is repaired.
@Suite("Encodings of characters")
struct CharsetTests {
    private func records(_ body: [UInt8], _ type: String, _ config: JSONValue = [:]) throws -> [String] {
        let form = BodyForm(contentType: type).settled(by: config)
        let decoded = try RecordsDecoder(form).decode(body)
        return decoded.roots.map { decoded.document.view($0).value.text }
    }

    private static let latin = Array("Stra".utf8) + [0xDF] + Array("e,b\nM".utf8) + [0xFC] + Array("ller,1\n".utf8)
    private static let expected = [#"{"Straße":"Müller","b":"1"}"#]

    @Test(
        "are read as declared, by whichever name",
        arguments: ["iso-8859-1", "ISO_8859-1", "latin1", "windows-1252", "\"cp1252\""]
    )
    func declared(_ name: String) throws {
        #expect(try records(Self.latin, "text/csv; charset=\(name)") == Self.expected)
        #expect(try records(Self.latin, "text/csv; header=present;charset=\(name)") == Self.expected)
    }

    @Test("are read as the source's config says, which counts more")
    func config() throws {
        #expect(try records(Self.latin, "text/csv", ["charset": "iso-8859-1"]) == Self.expected)
        #expect(try records(Self.latin, "text/csv; charset=utf-8", ["charset": "iso-8859-1"]) == Self.expected)
    }

    @Test("are refused when their name is not known, or when they are something else")
    func refused() {
        #expect(throws: RecordsDecoder.Failure.self) { try records(Self.latin, "text/csv; charset=klingon") }
        #expect(throws: RecordsDecoder.Failure.self) { try records(Self.latin, "text/csv; charset=../../etc//IGNORE") }
        #expect(throws: RecordsDecoder.Failure.self) { try records(Self.latin, "text/csv; charset=shift_jis") }
        #expect(throws: RecordsDecoder.Failure.self) { try records(Self.latin, "text/csv; charset=utf-8") }
    }

    @Test("of XML are what its type or declaration says")
    func xml() throws {
        let body = Array("<?xml version='1.0' encoding='windows-1252'?><a><b>".utf8) + [0x80] + Array("</b></a>".utf8)
        #expect(try records(body, "application/xml") == [#"{"a":{"b":"€"}}"#])
        #expect(try records(body, "application/xml; charset=windows-1252") == [#"{"a":{"b":"€"}}"#])
        let wide = "<a><b>ü</b></a>".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(try records([0xFF, 0xFE] + wide, "application/xml") == [#"{"a":{"b":"ü"}}"#])
        #expect(throws: RecordsDecoder.Failure.self) {
            try records(Array("<?xml version='1.0' encoding='klingon'?><a/>".utf8), "text/xml")
        }
    }

    @Test("of forms are what they say themselves, or their type")
    func forms() throws {
        let type = "application/x-www-form-urlencoded"
        #expect(
            try records(Array("_charset_=iso-8859-1&a=M%FCller".utf8), type)
                == [#"{"_charset_":"iso-8859-1","a":"Müller"}"#]
        )
        #expect(try records(Array("a=M%FCller".utf8), type + "; charset=latin1") == [#"{"a":"Müller"}"#])
    }

    @Test("of JSON are UTF-8 unless that can't be")
    func json() throws {
        let type = "application/json; charset=iso-8859-1"
        #expect(try records(Array(#"{"a":"ü"}"#.utf8), type) == [#"{"a":"ü"}"#])
        #expect(try records(Array(#"{"a":""#.utf8) + [0xFC] + Array(#""}"#.utf8), type) == [#"{"a":"ü"}"#])
        let wide = #"{"a":"ü"}"#.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        #expect(try records([0xFE, 0xFF] + wide, "application/json") == [#"{"a":"ü"}"#])
    }

    @Test("come in pieces that end anywhere")
    func pieces() throws {
        let text = "äöü€😀日本"
        let bytes = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        for size in 1...7 {
            let transcoder = try Transcoder(try #require(Charset(label: "utf-16le")))
            var result: [UInt8] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                result += try transcoder.write(bytes[start..<min(start + size, bytes.count)])
            }
            try transcoder.finish()
            #expect(String(decoding: result, as: UTF8.self) == text)
        }
    }
}
