import DashJSON
import DashMapping
import DashModel
import DashStorage
import Testing

@testable import DashPipeline

/// Files are cut the same whatever pieces they arrive in, and go on from any place where a slice ended.
@Suite("Framers of uploads")
struct RecordFramerTests {
    private static let small = SliceLimits(bytes: 40, records: 3, record: 200)

    private static func make(_ format: UploadFormat, _ limits: SliceLimits = small) -> any RecordFramer {
        switch format {
        case .csv: TableFramer(limits: limits)
        case .json: ValueFramer(limits: limits)
        case .ndjson: LineFramer(limits: limits)
        }
    }

    private struct Outcome {
        var records: [String] = []
        var refused: [String] = []
        var kept: [String] = []
        var slices: [UploadSlice] = []
    }

    private func read(
        _ file: String,
        _ format: UploadFormat,
        piece: Int,
        from start: (position: Int64, lines: Int64)? = nil,
        limits: SliceLimits = small
    ) throws -> Outcome {
        var framer = Self.make(format, limits)
        let bytes = Array(file.utf8)
        var index = 0
        func more() -> [UInt8]? {
            guard index < bytes.count else { return nil }
            defer { index = min(index + piece, bytes.count) }
            return Array(bytes[index..<min(index + piece, bytes.count)])
        }
        if let start {
            while !framer.isReady, let next = more() { framer.write(next) }
            if !framer.isReady { framer.end() }
            framer.jump(to: start.position, lines: start.lines)
            index = Int(start.position)
        }
        var outcome = Outcome()
        while true {
            if let slice = try framer.next() {
                let (document, refused) = try slice.decoded(by: RecordsDecoder(framing: .lines))
                outcome.records += document.roots.map {
                    String(decoding: document.document.view($0).compactBytes, as: UTF8.self)
                }
                outcome.refused += refused.map(\.reason)
                outcome.kept += refused.map { String(decoding: $0.data, as: UTF8.self) }
                outcome.slices.append(slice)
                if slice.isLast { return outcome }
            } else if let next = more() {
                framer.write(next)
            } else {
                framer.end()
            }
        }
    }

    @Test("a long header, which each record repeats, makes slices shorter and loses no row")
    func longHeader() throws {
        let name = String(repeating: "n", count: 1_000)
        let file = name + "\n" + (0..<100).map { "\($0)\n" }.joined()
        let outcome = try read(file, .csv, piece: 64, limits: SliceLimits(written: 10_000))
        #expect(outcome.records == (0..<100).map { "{\"\(name)\":\"\($0)\"}" })
        #expect(outcome.slices.count >= 10)
    }

    private static let files: [(UploadFormat, String)] = [
        (.ndjson, "\u{FEFF}{\"a\":1}\n\n{\"a\":\"two\"}\r\n{\"a\":[3]}\n{\"a\":4}\n   \n{\"a\":5}\n{\"a\":6}"),
        (
            .csv,
            "\u{FEFF}a;\"b \"\"x\"\"\"\r\n1;\"two\nlines\"\r\n\r\n2;\"say \"\"hi\"\"\"\n3;x;more\n4;\n5;five\n6;end"
        ),
        (.json, "\u{FEFF} [ {\"a\":1},\n{\"a\":\"]}\\\"\"} , {\"a\":{\"b\":[1,2]}},{\n\"a\":\n4},\n{\"a\":5}\n]\n\n"),
        (.json, "{\"a\":1}\n{\"a\":2}{\"a\":3} {\"a\":4}\n\n{\"a\":5}{\"a\":6}"),
    ]

    @Test("give the same records for pieces of any size and from the end of any slice", arguments: 0..<4)
    func pieces(_ file: Int) throws {
        let (format, text) = Self.files[file]
        let whole = try read(text, format, piece: 10_000)
        #expect(whole.records.count == (file == 2 ? 5 : 6))
        #expect(whole.refused == [])
        #expect(whole.slices.last?.end == Int64(text.utf8.count))
        for piece in 1...30 {
            let outcome = try read(text, format, piece: piece)
            #expect(outcome.records == whole.records, "pieces of \(piece)")
            var done = 0
            for slice in outcome.slices where !slice.isLast {
                done += slice.numbers.count
                let rest = try read(text, format, piece: piece, from: (slice.end, slice.linesRead))
                #expect(rest.records == Array(whole.records.dropFirst(done)), "from \(slice.end)")
            }
        }
    }

    @Test("leave out what can't be read and name its line")
    func faults() throws {
        let lines = try read("{\"a\":1}\n{\"a\":oops}\n{\"a\":3}\n\"\u{0}\n{\"a\":5}\n", .ndjson, piece: 7)
        #expect(lines.records.count == 3)
        #expect(lines.refused.count == 2)
        #expect(lines.refused.first?.hasPrefix("line 2 of the file: ") == true)
        let table = try read("a,b\n1,\"x\"y\n2,ok\n3,\"never ends\n4,fine\n5,good\n", .csv, piece: 5)
        #expect(table.records == [#"{"a":"2","b":"ok"}"#, #"{"a":"4","b":"fine"}"#, #"{"a":"5","b":"good"}"#])
        #expect(table.refused.map { String($0.prefix(7)) }.sorted() == ["line 2 ", "line 4 "])
        let array = try read("[{\"a\":1},\n{\"a\":tru},\n{\"a\":3},{\"a\":\"x\ny\"}]", .json, piece: 9)
        #expect(array.records == [#"{"a":1}"#, #"{"a":3}"#])
        #expect(array.refused.count == 2)
        #expect(array.refused.first?.hasPrefix("line 2 of the file: ") == true)
    }

    private static let brokenArray = """
        [{"a":1},,
        {"a":2} {"a":3},
        , ,{"a":4}
        5,]

        """

    @Test("an array that lacks values or commas is no whole one: what is missing is told, and the rest is taken")
    func brokenArray() throws {
        let records = [#"{"a":1}"#, #"{"a":2}"#, #"{"a":3}"#, #"{"a":4}"#, "5"]
        let reasons = [
            "line 1 of the file: a value is expected in front of the comma",
            "line 2 of the file: a comma is expected in front of the value",
            "line 3 of the file: a value is expected in front of the comma",
            "line 4 of the file: a comma is expected in front of the value",
            "line 4 of the file: a value is expected behind the comma, where the array ends",
        ]
        for piece in [1, 2, 3, 5, 8, 13, 1_000] {
            for bytes in [1, 40, 1 << 20] {
                let limits = SliceLimits(bytes: bytes, records: 3, record: 200)
                let outcome = try read(Self.brokenArray, .json, piece: piece, limits: limits)
                #expect(outcome.records == records, "pieces of \(piece), slices of \(bytes)")
                #expect(outcome.refused == reasons, "pieces of \(piece), slices of \(bytes)")
                #expect(outcome.kept == [",,\n{", "{", ",\n, ,{", "5", ",]"])
                var (done, refused) = (0, 0)
                for slice in outcome.slices where !slice.isLast {
                    done += slice.numbers.count
                    refused += slice.unreadable.count
                    let start = (slice.end, slice.linesRead)
                    let rest = try read(Self.brokenArray, .json, piece: piece, from: start, limits: limits)
                    #expect(rest.records == Array(records.dropFirst(done)), "from \(slice.end)")
                    #expect(rest.refused == Array(reasons.dropFirst(refused)), "from \(slice.end)")
                }
            }
        }
    }

    @Test(
        "arrays without a first value are broken, empty ones are not",
        arguments: [
            ("[,]", 0, 1), ("[ \n, {\"a\":1}]", 1, 1), ("[,,,,]", 0, 1), ("[]", 0, 0), ("[ \n\n  \n ]", 0, 0),
            ("[\n\n\n{\"a\":1}]", 1, 0), ("[{\"a\":1}\n\n\n,\n\n{\"a\":2}\n\n\n]", 2, 0),
        ]
    )
    func firstElement(_ text: String, _ records: Int, _ refused: Int) throws {
        for piece in [1, 2, 100] {
            for bytes in [1, 3, 100] {
                let limits = SliceLimits(bytes: bytes, records: 3, record: 200)
                let outcome = try read(text, .json, piece: piece, limits: limits)
                #expect(outcome.records.count == records, "\(text)")
                #expect(outcome.refused.count == refused, "\(text): \(outcome.refused)")
                for slice in outcome.slices where !slice.isLast {
                    let rest = try read(text, .json, piece: piece, from: (slice.end, slice.linesRead), limits: limits)
                    #expect(rest.refused.count <= refused, "\(text) from \(slice.end): \(rest.refused)")
                }
            }
        }
    }

    @Test("a row that is too long is set apart as a whole, over the borders of slices")
    func longRow() throws {
        let inside = String(repeating: "7,\"\"x\"\"\n", count: 100)
        let file = "a,b\n1,2\n\"\(inside)\",3\n4,5\n6,7\n"
        for piece in [1, 9, 64, 10_000] {
            let outcome = try read(file, .csv, piece: piece)
            #expect(outcome.records == [#"{"a":"1","b":"2"}"#, #"{"a":"4","b":"5"}"#, #"{"a":"6","b":"7"}"#])
            #expect(outcome.refused == ["line 3 of the file: the row is longer than 200 bytes"])
            #expect(outcome.slices.last?.end == Int64(file.utf8.count) && outcome.slices.last?.linesRead == 105)
            for slice in outcome.slices where !slice.isLast {
                let rest = try read(file, .csv, piece: piece, from: (slice.end, slice.linesRead))
                #expect(rest.records == Array(outcome.records.suffix(rest.records.count)), "from \(slice.end)")
                #expect(rest.refused.count <= 1, "from \(slice.end)")
            }
            let open = try read("a,b\n1,2\n\"\(inside)", .csv, piece: piece)
            #expect(open.records == [#"{"a":"1","b":"2"}"#])
            #expect(open.refused.count == 1)
        }
    }

    @Test(
        "tell of files that can't be read to their end",
        arguments: [
            (UploadFormat.json, "[{\"a\":1},\n{\"a\":2}", "ine 2"), (.json, "[{\"a\":1}]\n{\"a\":2}", "ine 1"),
            (.json, "{\"a\":1}\n]", "ine 2"), (.json, "[{\"a\":1}\n}", "ine 2"),
        ]
    )
    func ends(_ format: UploadFormat, _ text: String, _ place: String) {
        var message = ""
        do {
            _ = try read(text, format, piece: 4)
        } catch {
            message = "\(error)"
        }
        #expect(message.contains(place), "\(message)")
    }

    @Test("find the names of columns below empty lines")
    func emptyFirstLines() throws {
        let text = "\r\n\nid,name\n" + (1...20).map { "\($0),n\($0)\n" }.joined()
        for piece in [1, 7, 1_000] {
            let outcome = try read(text, .csv, piece: piece)
            #expect(outcome.records.count == 20)
            #expect(outcome.records.first == #"{"id":"1","name":"n1"}"#)
            #expect(outcome.records.last == #"{"id":"20","name":"n20"}"#)
        }
    }

    @Test("take empty files", arguments: UploadFormat.allCases)
    func empty(_ format: UploadFormat) throws {
        for text in ["", "\n \n"] {
            let outcome = try read(text, format, piece: 3)
            #expect(outcome.records == [])
        }
    }

    @Test("a file of nothing but a mark has no record, and an end")
    func markAlone() throws {
        var framer = Self.make(.ndjson)
        framer.write([0xEF, 0xBB, 0xBF])
        framer.end()
        var slices: [UploadSlice] = []
        while slices.count < 10, let slice = try? framer.next() { slices.append(slice) }
        #expect(slices.count < 10 && slices.allSatisfy { $0.numbers.isEmpty })
    }
}
