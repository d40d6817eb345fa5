import DashModel
import FoundationEssentials
import Testing

@testable import DashStorage

@Suite("Canonical rows")
struct CanonicalFormTests {
    @Test(
        "one JSON value in two spellings has one form",
        arguments: [
            ("{\"a\":1,\"b\":2}", "{ \"b\" : 2, \"a\" : 1 }"), ("1e2", "100"), ("100.0", "1.000e2"), ("-0.0", "0"),
            ("0.00001", "1E-5"), ("12.50", "12.5"), ("\"\\u00e9\\/\"", "\"é/\""), ("{\"a\":1,\"a\":2}", "{\"a\":2}"),
            ("[1,[2.0,{}],null]", "[1, [2, {}], null]"),
            ("123456789012345678901234567890.10", "1234567890123456789012345678901e-1"),
        ]
    )
    func spellings(one: String, other: String) {
        #expect(form(.json(Array(one.utf8))) == form(.json(Array(other.utf8))))
    }

    @Test(
        "two values never have one form",
        arguments: [
            ("1", "10"), ("0.1", "0.01"), ("\"1\"", "1"), ("[1,2]", "[12]"), ("[[1],2]", "[[1,2]]"), ("-5", "5"),
            ("null", "false"),
            ("{\"a\":1}", "{\"b\":1}"), ("\"ab\"", "[\"a\",\"b\"]"), ("{}", "[]"),
        ]
    )
    func differences(one: String, other: String) {
        #expect(form(.json(Array(one.utf8))) != form(.json(Array(other.utf8))))
    }

    @Test("rows add up to the same sum in any order, and to another one when a value, a row or its place differs")
    func sums() {
        let rows = (0..<100).map {
            SQLRow([.integer($0), .text("row \($0)"), $0.isMultiple(of: 3) ? .null : .bool(true)])
        }
        let sum = total(rows)
        #expect(sum == total(rows.reversed()))
        #expect(sum.rows == 100)
        #expect(sum.checksum.count == 32)
        var changed = rows
        changed[7].cells[1] = .text("row 8")
        #expect(sum != total(changed))
        #expect(sum != total(Array(rows.dropLast())))
        #expect(sum != total(rows + [rows[3]]))
        // Two values that change places between rows.
        var swapped = rows
        swapped[1].cells[1] = rows[2].cells[1]
        swapped[2].cells[1] = rows[1].cells[1]
        #expect(sum != total(swapped))
    }

    @Test("a cell is the same whichever engine hands it over")
    func kinds() throws {
        let id = UUID.v7()
        let time = Timestamp(seconds: 1_790_000_000)
        #expect(try CopyKind.uuid.value(.bytes(id.bytes), of: "c") == .uuid(id))
        #expect(try CopyKind.timestamp.value(.integer(time.microseconds), of: "c") == .timestamp(time))
        #expect(try CopyKind.bool.value(.integer(1), of: "c") == .bool(true))
        #expect(try CopyKind.double.value(.integer(3), of: "c") == .double(3))
        #expect(try CopyKind.json.value(.text("{}"), of: "c") == .json(Array("{}".utf8)))
        #expect(try CopyKind.sealed.value(.json(Array("\"v1:a:b\"".utf8)), of: "c") == .text("v1:a:b"))
        #expect(try CopyKind.sealed.value(.text("v1:a:b"), of: "c") == .text("v1:a:b"))
        #expect(try CopyKind.integer.value(.null, of: "c") == .null)
        #expect(throws: DashError.self) { try CopyKind.uuid.value(.text("no id"), of: "c") }
    }

    @Test("a position survives its text")
    func positions() throws {
        let position = CopyPosition(
            key: [.uuid(.v7()), .integer(-3), .text("a\"b"), .timestamp(Timestamp(seconds: 5))],
            rows: 12
        )
        #expect(try CopyPosition(text: position.text, rows: 12) == position)
        #expect(throws: (any Error).self) { try CopyPosition(text: "[[\"uuid\",\"nonsense\"]]", rows: 1) }
    }

    private func form(_ value: SQLValue) -> [UInt8] {
        var form = CanonicalForm()
        form.append(value)
        return form.bytes
    }

    private func total(_ rows: [SQLRow]) -> TableSum {
        var sum = TableSum()
        for row in rows { sum.add(row) }
        return sum
    }
}
