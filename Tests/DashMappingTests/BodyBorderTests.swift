import DashJSON
import DashModel
import TestSupport
import Testing

@testable import DashMapping

/// What comes in as bytes in forms that nearly, or never quite, are what they say.
@Suite("Bodies at the border")
struct BodyBorderTests {
    private func records(_ body: some Sequence<UInt8>, _ framing: RecordsDecoder.Framing, path: String? = nil) throws
        -> [String]
    {
        let decoder = RecordsDecoder(framing: framing, path: try path.map { try JSONPath($0) })
        let decoded = try decoder.decode(Array(body))
        return decoded.roots.map { decoded.document.view($0).value.text }
    }

    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    @Test("take a byte order mark", arguments: [RecordsDecoder.Framing.json, .lines, .auto, .csv, .xml, .form])
    func byteOrderMark(_ framing: RecordsDecoder.Framing) throws {
        let body =
            switch framing {
            case .csv: "a\n1\n"
            case .xml: "<a><b>1</b></a>"
            case .form: "a=1"
            default: #"{"a":"1"}"#
            }
        let expected = framing == .xml ? #"{"a":{"b":"1"}}"# : #"{"a":"1"}"#
        #expect(try records(Self.mark + Array(body.utf8), framing) == [expected])
    }

    @Test("repair nothing: bytes that are no UTF-8 are refused with the reason")
    func undeclaredBytes() throws {
        let latin = Array("name\nM".utf8) + [0xFC] + Array("ller\n".utf8)
        #expect(throws: RecordsDecoder.Failure.self) { try records(latin, .csv) }
        let header = Array("Stra".utf8) + [0xDF] + Array("e\nx\n".utf8)
        #expect(throws: RecordsDecoder.Failure.self) { try records(header, .csv) }
        #expect(throws: RecordsDecoder.Failure.self) { try records(Array("a=M%FCller".utf8), .form) }
    }

    @Test("find the delimiter by how evenly it splits the first rows")
    func delimiters() throws {
        let prices = "Zeit;Preis (ct/kWh, netto, gerundet)\n00:00;12,5\n01:00;13,1\n"
        #expect(
            try records(Array(prices.utf8), .csv).first == #"{"Zeit":"00:00","Preis (ct/kWh, netto, gerundet)":"12,5"}"#
        )
        #expect(try records(Array("\n\nid;name\n1;a,b,c\n".utf8), .csv) == [#"{"id":"1","name":"a,b,c"}"#])
        #expect(try records(Array("\nid,name\n1,a\n".utf8), .csv) == [#"{"id":"1","name":"a"}"#])
    }

    @Test("lose no cell to a name that another has")
    func names() throws {
        #expect(try records(Array("a,column_3\n1,2,3\n".utf8), .csv) == [#"{"a":"1","column_3":"2","column_3_3":"3"}"#])
        #expect(try records(Array("a,a,a_2\n1,2,3\n".utf8), .csv) == [#"{"a":"1","a_2_2":"2","a_2":"3"}"#])
    }

    @Test("read one bad line, element or row apart from the others")
    func badOnes() throws {
        #expect(try records(Array("{\"a\":1}\n{\"a\":oops}\n{\"a\":3}\n".utf8), .lines) == [#"{"a":1}"#, #"{"a":3}"#])
        #expect(try records(Array("[{\"a\":1},{\"a\":oops},{\"a\":3}]".utf8), .json) == [#"{"a":1}"#, #"{"a":3}"#])
        let decoded = try RecordsDecoder(framing: .json).decode(Array("[{\"a\":1},\n {\"a\":2}, {\"a\":x}]".utf8))
        #expect(decoded.unreadable.map(\.reason) == ["line 2, column 16: a JSON value is expected here"])
        let rows = Array("a,b\n1,\"x\"y\n2,ok\n".utf8)
        #expect(try records(rows, .csv) == [#"{"a":"2","b":"ok"}"#])
    }

    @Test("take what nearly is what they say")
    func nearMisses() throws {
        #expect(try records(Array("payload=+%0A%7B%22a%22%3A1%7D".utf8), .form) == [#"{"a":1}"#])
        #expect(try records(Array("payload=%5B%7B%22a%22%3A1%7D%5D".utf8), .form) == [#"{"a":1}"#])
        let one = Array("<rows><row><a>1</a></row></rows>".utf8)
        #expect(try records(one, .xml, path: "$.rows.row[*]") == [#"{"a":"1"}"#])
        let two = Array("<rows><row><a>1</a></row><row><a>2</a></row></rows>".utf8)
        #expect(try records(two, .xml, path: "$.rows.row[*]") == [#"{"a":"1"}"#, #"{"a":"2"}"#])
    }

    @Test("read JSON text sequences as RFC 7464 says")
    func sequences() throws {
        let framing = try #require(RecordsDecoder.Framing(contentType: "application/json-seq"))
        let body = "\u{1E}{\"a\":1}\n\u{1E}{\"a\":\n2}\n\u{1E}\u{1E}{\"a\":oops\n\u{1E}{\"a\":4}\n"
        #expect(try records(Array(body.utf8), framing) == [#"{"a":1}"#, #"{"a":2}"#, #"{"a":4}"#])
    }

    @Test("cost time in proportion to their length")
    func linear() throws {
        func cost(_ count: Int) throws -> Duration {
            let body = "<r>" + (0..<count).map { "<e\($0)/>" }.joined() + "</r>"
            return try ProcessorTime.of(runs: 3) { _ = try records(Array(body.utf8), .xml) }
        }
        let small = try cost(4_000)
        // Sixteen times as many cost about sixteen times as much, and not two hundred and fifty-six times.
        #expect(try cost(64_000) < small * 80)
    }
}
