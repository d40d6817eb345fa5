import DashJSON
import Foundation
import Testing

@testable import DashMapping

/// Bodies that are not JSON.
@Suite struct BodyTests {
    private func records(_ body: String, _ framing: RecordsDecoder.Framing, path: String? = nil) throws -> [String] {
        let decoder = RecordsDecoder(framing: framing, path: try path.map { try JSONPath($0) })
        let decoded = try decoder.decode(Array(body.utf8))
        return decoded.roots.map { decoded.document.view($0).value.text }
    }

    @Test(arguments: [
        ("a,b\n1,2\n3,4\n", [#"{"a":"1","b":"2"}"#, #"{"a":"3","b":"4"}"#]),
        ("a;b\r\n1,5;2\r\n", [#"{"a":"1,5","b":"2"}"#]),
        ("\u{FEFF}a\tb\n\"x\ty\"\tz", [#"{"a":"x\ty","b":"z"}"#]),
        ("a,b\n\"say \"\"hi\"\"\",\"two\nlines\"\n", [#"{"a":"say \"hi\"","b":"two\nlines"}"#]),
        ("a,a,\n1,2,3,4\n", [#"{"a":"1","a_2":"2","column_3":"3","column_4":"4"}"#]),
        ("a,b\n1\n\n,\n", [#"{"a":"1"}"#, #"{"a":"","b":""}"#]), ("a\nx\ry\n", [#"{"a":"x"}"#, #"{"a":"y"}"#]),
        ("a,b\n", []), ("a,b", []), ("", []), ("a|b\n\"\"|ü", [#"{"a":"","b":"ü"}"#]),
    ])
    func readsTables(body: String, expected: [String]) throws { #expect(try records(body, .csv) == expected) }

    @Test(arguments: [("a,b\n\"x,1\n", "does not end"), ("a,b\n1,\"x\"y\n", "behind its quote")])
    func saysWhatIsWrongWithATable(body: String, reason: String) {
        let error = #expect(throws: RecordsDecoder.Failure.self) { try records(body, .csv) }
        #expect(error?.description.contains(reason) == true)
        #expect(error?.description.contains("line 2") == true || error?.description.contains("line 3") == true)
    }

    @Test func readsForms() throws {
        #expect(
            try records("a=1&b=two+words&a=%C3%BC&c&=x", .form) == [#"{"a":["1","ü"],"b":"two words","c":"","":"x"}"#]
        )
        #expect(try records(#"{"a":1}"#, .form) == [#"{"a":1}"#])
        #expect(try records("payload=%7B%22a%22%3A1%7D", .form) == [#"{"a":1}"#])
        #expect(try records("a=%zz%4", .form) == [#"{"a":"%zz%4"}"#])
    }

    @Test func readsXML() throws {
        let body = """
            <?xml version="1.0" encoding="UTF-8"?><!DOCTYPE orders><orders at="1">
              <order id="7"><item>a &amp; b</item><item><![CDATA[<c>]]></item></order>
              <order id="8"><note/>tail</order>
            </orders>
            """
        #expect(
            try records(body, .xml, path: "$.orders.order") == [
                ##"{"@id":"7","item":["a & b","<c>"]}"##, ##"{"@id":"8","note":"","#text":"tail"}"##,
            ]
        )
        let latin = Array("<?xml version='1.0' encoding='ISO-8859-1'?><a><b>".utf8) + [0xFC] + Array("</b></a>".utf8)
        let decoded = try RecordsDecoder(framing: .xml).decode(latin)
        #expect(decoded.document.view(decoded.roots[0]).value == ["a": ["b": "ü"]])
    }

    @Test(arguments: [
        "<rss version='2.0'><channel><title>T</title><item><title>one</title></item><item><title>two</title></item></channel></rss>",
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title><entry><title>one</title></entry><entry><title>two</title></entry></feed>",
        "<rdf:RDF xmlns:rdf='r'><channel/><item><title>one</title></item><item><title>two</title></item></rdf:RDF>",
    ])
    func findsTheEntriesOfFeeds(body: String) throws {
        #expect(try records(body, .xml) == [#"{"title":"one"}"#, #"{"title":"two"}"#])
    }

    @Test func aFeedOfOneEntryIsARecord() throws {
        #expect(try records("<rss><channel><item><a>1</a></item></channel></rss>", .xml) == [#"{"a":"1"}"#])
        #expect(try records("<rss><channel><title>empty</title></channel></rss>", .xml).isEmpty)
    }

    @Test(arguments: [
        "<a><b></a>", "", "<a/><b/>", "{}", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", "<a>&unknown;</a>",
    ])
    func refusesXMLThatIsNoneOrHidesSomething(body: String) {
        let error = #expect(throws: RecordsDecoder.Failure.self) { try records(body, .xml) }
        #expect(error?.description.contains("not valid XML") == true)
    }

    @Test func refusesXMLThatIsTooDeep() {
        let body = String(repeating: "<a>", count: 100_000)
        let error = #expect(throws: RecordsDecoder.Failure.self) { try records(body, .xml) }
        #expect(error?.description.contains("nested deeper") == true)
    }
}
