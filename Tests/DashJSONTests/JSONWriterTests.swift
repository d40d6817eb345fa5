import DashJSON
import Testing

@Suite struct JSONWriterTests {
    @Test func writesCommasAndEscapes() throws {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("a\"b")
        writer.string("tab\tnull\u{0}\\é\u{1F}")
        writer.key("list")
        writer.beginArray()
        writer.int(-1)
        writer.double(1.5)
        writer.double(.infinity)
        writer.bool(true)
        writer.null()
        writer.raw("{\"x\":1}".utf8)
        writer.beginObject()
        writer.endObject()
        writer.endArray()
        writer.key("view")
        writer.view(try #require(try JSONDocument(parsing: Array("[ 1, 2 ]".utf8)).root))
        writer.endObject()
        let expected =
            #"{"a\"b":"tab\tnull\u0000\\é\u001f","list":[-1,1.5,null,true,null,{"x":1},{}],"view":[1,2]}"#
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }

    @Test func encodesTrees() throws {
        let value: JSONValue = ["b": [1, 2.5, "x"], "a": ["z": nil, "y": true]]
        #expect(value.text == #"{"b":[1,2.5,"x"],"a":{"z":null,"y":true}}"#)
        #expect(
            String(decoding: value.encoded(sortedKeys: true), as: UTF8.self)
                == #"{"a":{"y":true,"z":null},"b":[1,2.5,"x"]}"#
        )
    }

    @Test func numbersAreValidated() {
        #expect(JSONNumber(text: "1.50")?.text == "1.50")
        #expect(JSONNumber(text: "01") == nil)
        #expect(JSONNumber(text: " 1") == nil)
        #expect(JSONNumber(text: "\"1\"") == nil)
    }
}
