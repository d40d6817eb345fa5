import DashJSON
import TestSupport
import Testing

@testable import DashMapping

/// One reader for whole tables and for those that arrive in pieces.
@Suite("The reader of CSV")
struct CSVReaderTests {
    private struct Outcome: Equatable {
        var records: [String] = []
        var faults: [String] = []
        var lines: [Int64] = []
        var position: Int64 = 0
        var newlines: Int64 = 0
    }

    private func read(
        _ bytes: [UInt8],
        piece: Int,
        _ form: TableForm = TableForm(),
        maxRow: Int = 8 << 20
    ) throws -> Outcome {
        var reader = CSVReader(form, maxRow: maxRow)
        var rows = JSONRows()
        var outcome = Outcome()
        func drain(_ reader: inout CSVReader, _ rows: inout JSONRows, _ outcome: inout Outcome) throws {
            while let row = try reader.next(&rows) {
                outcome.lines.append(reader.line)
                if case .unreadable(let reason) = row { outcome.faults.append("\(reader.line): \(reason)") }
            }
        }
        for start in stride(from: 0, to: bytes.count, by: max(piece, 1)) {
            reader.write(bytes[start..<min(start + piece, bytes.count)])
            try drain(&reader, &rows, &outcome)
        }
        reader.end()
        try drain(&reader, &rows, &outcome)
        outcome.position = reader.position
        outcome.newlines = reader.lines
        let document = rows.document()
        outcome.records = document.roots.map { document.view($0).value.text }
        return outcome
    }

    private static let parts = [
        "a", "bc", "ü", "\"", "\"\"", ",", ",", ";", "\t", "\n", "\r\n", "\r", "\n\n", "\"x\ny\"", "\"p,q\"",
        "\"r\"\"s\"",
        "\"open", "1", " ", "\u{FEFF}",
    ]

    @Test("gives the same for pieces of any size, and accounts for every line", arguments: 0..<60)
    func pieces(_ round: UInt64) throws {
        let seed = 0xC5_0001 + round
        var random = SeededGenerator(seed: seed)
        var text = ["", "\n", "\r\n\n", "\u{FEFF}"].randomElement(using: &random) ?? ""
        text += "id,name;x,y\n"
        for _ in 0..<Int.random(in: 0...120, using: &random) { text += Self.parts.randomElement(using: &random) ?? "" }
        let bytes = Array(text.utf8)
        // A delimiter that must be found out is waited for; one that is known lets rows come as they do.
        let form = TableForm(delimiter: round.isMultiple(of: 3) ? nil : UInt8(ascii: ","))
        let whole = try read(bytes, piece: bytes.count, form)
        #expect(whole.records.count + whole.faults.count == whole.lines.count, "seed \(seed)")
        #expect(whole.position == Int64(bytes.count), "seed \(seed)")
        #expect(whole.lines == whole.lines.sorted(), "seed \(seed)")
        for piece in [1, 2, 3, 5, 11, 64] {
            #expect(try read(bytes, piece: piece, form) == whole, "pieces of \(piece), seed \(seed)")
        }
    }

    @Test("rows of well-formed tables are as many as were written, whatever is in them", arguments: 0..<20)
    func balance(_ round: UInt64) throws {
        let seed = 0xC5_1001 + round
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...200, using: &random)
        let end = ["\n", "\r\n", "\r"].randomElement(using: &random) ?? "\n"
        let delimiter = TableForm.delimiters.randomElement(using: &random)?.byte ?? 44
        let separator = String(UnicodeScalar(delimiter))
        var text = [String](repeating: end, count: Int.random(in: 0...3, using: &random)).joined()
        text += "id\(separator)text\(separator)last" + end
        var expected: [String] = []
        for row in 0..<count {
            let cell = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                ["a", ",", ";", "\t", "|", "\n", "\"", "é", " "].randomElement(using: &random) ?? ""
            }.joined()
            text += "\(row)\(separator)\"\(cell.replacing("\"", with: "\"\""))\"\(separator)z" + end
            expected.append(JSONValue.object(["id": .string("\(row)"), "text": .string(cell), "last": "z"]).text)
        }
        let outcome = try read(Array(text.utf8), piece: Int.random(in: 1...50, using: &random))
        #expect(outcome.records == expected, "seed \(seed)")
        #expect(outcome.faults == [], "seed \(seed)")
    }

    @Test("goes on behind a row that is none")
    func faults() throws {
        let text = "a,b\n1,\"x\"y\n2,ok\n3,\"never ends\n4,fine\n"
        let outcome = try read(Array(text.utf8), piece: 4)
        #expect(outcome.records == [#"{"a":"2","b":"ok"}"#, #"{"a":"4","b":"fine"}"#])
        #expect(outcome.faults.map { String($0.prefix(2)) } == ["2:", "4:"])
    }

    @Test("what is inside of a row that is too long is no row, wherever its pieces end")
    func tooLong() throws {
        let inside = String(repeating: "3,\"\"x\"\"\n", count: 10)
        let rows = [
            "1,\"\(inside)\"", "1,\"\(inside)\",\"y\"", String(repeating: "z,", count: 30),
            "\"q\"" + String(repeating: "z", count: 60),
        ]
        for row in rows {
            for end in ["\n", "\r\n", "\r", ""] {
                let text = "a,b\n0,ok\n" + row + end + (end.isEmpty ? "" : "2,ok" + end)
                let bytes = Array(text.utf8)
                let form = TableForm(delimiter: UInt8(ascii: ","))
                let whole = try read(bytes, piece: bytes.count, form, maxRow: 40)
                let good = [#"{"a":"0","b":"ok"}"#, #"{"a":"2","b":"ok"}"#]
                #expect(whole.records == (end.isEmpty ? [good[0]] : good), "\(text)")
                #expect(whole.faults == ["3: the row is longer than 40 bytes"], "\(text)")
                #expect(whole.position == Int64(bytes.count))
                for piece in [1, 2, 3, 7, 39, 40, 41, 64] {
                    #expect(try read(bytes, piece: piece, form, maxRow: 40) == whole, "pieces of \(piece): \(text)")
                }
            }
        }
        let open = Array(("a,b\n0,ok\n1,\"" + String(repeating: "3,x\n", count: 20)).utf8)
        for piece in [1, 5, 1_000] {
            let outcome = try read(open, piece: piece, maxRow: 40)
            #expect(outcome.records == [#"{"a":"0","b":"ok"}"#])
            #expect(outcome.faults == ["3: the row is longer than 40 bytes, and a quoted cell does not end"])
            #expect(outcome.position == Int64(open.count) && outcome.newlines == 22)
        }
    }

    @Test("keeps only the beginning of a row that is too long")
    func skips() throws {
        var reader = CSVReader(TableForm(delimiter: UInt8(ascii: ",")), maxRow: 100)
        var rows = JSONRows()
        reader.write(Array("a,b\n\"".utf8))
        for _ in 0..<100 {
            reader.write([UInt8](repeating: UInt8(ascii: "x"), count: 1_000))
            #expect(try reader.next(&rows) == nil)
            #expect(reader.waiting == 0)
        }
        #expect(reader.position == 4)
        reader.write(Array("\",2\n3,4\n".utf8))
        reader.end()
        #expect(try reader.next(&rows) == .unreadable(reason: "the row is longer than 100 bytes"))
        #expect(reader.rowBytes.count == 101)
        #expect(try reader.next(&rows) == .record)
        #expect(reader.isDone)
    }

    @Test("names of columns that are too long are told of at once")
    func longHeader() throws {
        var reader = CSVReader(TableForm(delimiter: UInt8(ascii: ",")), maxRow: 100)
        reader.write([UInt8](repeating: UInt8(ascii: "x"), count: 200))
        #expect(throws: CSVReader.Failure.self) { try reader.prepare() }
    }

    @Test("does as it is told instead of guessing")
    func forms() throws {
        let tabs = try read(Array("a,b\tc\n1\t2\n".utf8), piece: 3, TableForm(delimiter: 9))
        #expect(tabs.records == [#"{"a,b":"1","c":"2"}"#])
        let bare = try read(Array("1;2\n3;4\n".utf8), piece: 2, TableForm(hasHeader: false))
        #expect(bare.records == [#"{"column_1":"1","column_2":"2"}"#, #"{"column_1":"3","column_2":"4"}"#])
    }

    @Test("keeps a long name once, however many rows there are")
    func longNames() throws {
        let name = String(repeating: "n", count: 50_000)
        var reader = CSVReader()
        reader.write(Array((name + "\n" + String(repeating: "1\n", count: 30_000)).utf8))
        reader.end()
        var rows = JSONRows()
        while try reader.next(&rows) != nil {}
        let document = rows.document()
        #expect(document.roots.count == 30_000)
        #expect(document.bytes.count < 300_000)
    }
}
