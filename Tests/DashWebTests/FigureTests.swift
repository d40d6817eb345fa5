import DashJSON
import DashModel
import DashStorage
import Foundation
import Testing

@testable import DashWeb

/// The cases that `Tests/EndToEnd/browser/figures.py` holds the browser's rules to.
@Suite("Figures of widgets")
struct FigureTests {
    private static let cases: JSONValue = {
        let file = TestSite.repository.appending(path: "Tests/EndToEnd/browser/figures.json")
        return (try? JSONValue(parsing: Array(Data(contentsOf: file)))) ?? .null
    }()

    @Test("numbers show the digits that say something, and whole ones all of theirs")
    func figures() throws {
        let cases = try #require(Self.cases["figures"]?.arrayValue)
        #expect(cases.count > 30)
        for item in cases {
            let number = try #require(item["text"]?.stringValue.flatMap { JSONNumber(text: $0) })
            let shown = WidgetFigure.text(number, decimals: item["decimals"]?.intValue)
            #expect(shown == item["shown"]?.stringValue, "\(number.text)")
            guard item["decimals"] == nil else { continue }
            #expect(WidgetFigure.whole(.number(number)) == item["whole"]?.stringValue, "\(number.text)")
        }
    }

    @Test("the colours of names are the browser's, each its own as far as there are enough")
    func colours() throws {
        for item in try #require(Self.cases["colours"]?.arrayValue) {
            let names = try #require(item["names"]?.arrayValue).compactMap(\.stringValue)
            let wanted = try #require(item["slots"]?.objectValue).members.map { ($0.key, $0.value.intValue ?? 0) }
            let slots = SeriesColour.slots(of: names)
            #expect(slots == Dictionary(wanted) { $1 })
            #expect(SeriesColour.slots(of: names.reversed()) == slots)
            #expect(Set(slots.values).count == min(names.count, SeriesColour.count))
        }
    }

    @Test(
        "numbers that a script would round come with their text",
        arguments: [
            ("1269943055849660418", false), ("9007199254740993", false), ("9007199254740992", true), ("1e-400", false),
            ("1e400", false), ("0.1", true), ("0.30000000000000004", true), ("0.1234567890123456789", false),
            ("1.50", true), ("123456789012345", true), ("1.797e308", true), ("12345678901234567890", false),
        ]
    )
    func exactness(text: String, isExact: Bool) throws {
        let number = try JSONValue(parsing: text)
        #expect((ScriptNumbers.exactText(of: number) == nil) == isExact)
        #expect((ScriptNumbers.exactText(of: ["a": [number]]) == nil) == isExact)
        // The quick look over a record's bytes may find too much, and never too little.
        if !isExact { #expect(ScriptNumbers.mayRound(Array(#"{"a":[1,\#(text)]}"#.utf8))) }
        #expect(!ScriptNumbers.mayRound(Array(#"{"name":"entry 12","v":-21.5}"#.utf8)))
    }
}
