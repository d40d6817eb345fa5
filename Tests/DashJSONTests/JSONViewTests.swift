import DashJSON
import Testing

@Suite struct JSONViewTests {
    private let document = try? JSONDocument(
        parsing: Array(
            #"{"s":"a\n\u00e9\ud83d\ude00","n":-12,"d":1.5e1,"t":true,"f":false,"z":null,"l":[1,[2],3],"o":{"k":"v"},"":0}"#
                .utf8
        )
    )

    @Test func readsEachForm() throws {
        let root = try #require(document?.root)
        #expect(root.kind == .object)
        #expect(root["s"]?.string == "a\né😀")
        #expect(root["n"]?.int == -12)
        #expect(root["n"]?.double == -12)
        #expect(root["d"]?.int == 15)
        #expect(root["d"]?.numberText == "1.5e1")
        #expect(root["t"]?.bool == true)
        #expect(root["f"]?.bool == false)
        #expect(root["z"]?.isNull == true)
        #expect(root["l"]?[2]?.int == 3)
        #expect(root["l"]?[1]?[0]?.int == 2)
        #expect(root["l"]?[3] == nil)
        #expect(root["l"]?[-1] == nil)
        #expect(root["o"]?["k"]?.string == "v")
        #expect(root[""]?.int == 0)
        #expect(root["missing"] == nil)
        #expect(root["s"]?["x"] == nil)
        #expect(root["t"]?.string == nil)
    }

    @Test func iteratesInOrder() throws {
        let root = try #require(document?.root)
        #expect(root.members.map(\.key) == ["s", "n", "d", "t", "f", "z", "l", "o", ""])
        #expect(root["l"]?.elements.map { String(decoding: $0.rawBytes, as: UTF8.self) } == ["1", "[2]", "3"])
        let none = root["n"]?.elements.map(\.kind)
        #expect(none == [])
    }

    @Test func kindsHaveNames() {
        #expect("\(JSONKind.array)" == "an array")
    }
}
