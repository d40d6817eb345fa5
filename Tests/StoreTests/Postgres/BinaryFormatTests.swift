import DashModel
import DashStorage
import Foundation
import Testing

@testable import DashPostgres

@Suite("PostgreSQL: values there and back", .closingStores, .enabled(if: TestServer.postgres != nil))
struct BinaryFormatTests {
    private let server: TestServer

    init() throws { server = try #require(TestServer.postgres) }

    @Test("every kind of value comes back as it went")
    func kinds() async throws {
        let values: [(SQLValue, String)] = [
            (.bool(true), "boolean"), (.bool(false), "boolean"),
            (.integer(0), "bigint"), (.integer(.min), "bigint"), (.integer(.max), "bigint"),
            (.integer(-7), "smallint"), (.integer(70_000), "integer"),
            (.double(-0.1), "float8"), (.double(.infinity), "float8"), (.double(1.5), "float4"),
            (.text(""), "text"), (.text("Zürich 🚀\n\"'\\"), "text"), (.text("ab"), "varchar(2)"),
            (.bytes([]), "bytea"), (.bytes([0, 255, 92, 39]), "bytea"),
            (.uuid(UUID.v7()), "uuid"), (.json(Array(#"{"a": [1, null, "x"]}"#.utf8)), "jsonb"),
            (.json(Array("null".utf8)), "jsonb"), (.null, "text"), (.null, "bytea"),
        ]
        try await Lent.connection(to: server.url) { (connection) throws in
            for (value, type) in values {
                let row = try connection.fetchOne("SELECT CAST(\(value) AS \(SQLStatement(raw: type)))")
                #expect(row?.cells == [value], "\(type)")
            }
            let nan = try connection.fetchOne("SELECT \(SQLValue.double(.nan))")?.double(0)
            #expect(nan?.isNaN == true)
            let oid = try connection.fetchOne("SELECT oid FROM pg_type WHERE typname = 'uuid'")
            #expect(oid?.cells == [.integer(2950)])
        }
    }

    @Test("decimals: whole ones that fit stay whole, the others are the nearest double")
    func numerics() async throws {
        let whole: [(String, Int64)] = [
            ("0", 0), ("0.00", 0), ("7", 7), ("-7", -7), ("10000", 10_000), ("100000000", 100_000_000),
            ("12345678901234567", 12_345_678_901_234_567), ("9223372036854775807", .max),
            ("-9223372036854775808", .min), ("5.000", 5),
        ]
        let fractions: [(String, Double)] = [
            ("0.1", 0.1), ("-0.0001", -0.0001), ("12345.678901", 12_345.678901), ("0.00000000012", 1.2e-10),
            ("9223372036854775808", 9_223_372_036_854_775_808),
            ("-123456789012345678901234567890", -1.2345678901234568e29),
            ("Infinity", .infinity), ("-Infinity", -.infinity), ("10000.5", 10_000.5),
        ]
        try await Lent.connection(to: server.url) { (connection) throws in
            for (text, value) in whole {
                let row = try connection.fetchOne("SELECT CAST(\(text) AS numeric)")
                #expect(row?.cells == [.integer(value)], "\(text)")
            }
            for (text, value) in fractions {
                let row = try connection.fetchOne("SELECT CAST(\(text) AS numeric)")
                #expect(row?.cells == [.double(value)], "\(text)")
            }
            #expect(try connection.fetchOne("SELECT CAST('NaN' AS numeric)")?.double(0)?.isNaN == true)
            let sum = try connection.fetchOne("SELECT sum(n) FROM generate_series(CAST(1 AS bigint), 10) AS n")
            #expect(sum?.cells == [.integer(55)])
        }
    }

    @Test("times keep their microseconds; those outside of the server's calendar become its infinities")
    func timestamps() async throws {
        let earliest = BinaryFormat.epoch - 211_813_488_000_000_000
        let kept: [Int64] = [0, 1, -1, 1_790_000_000_123_456, BinaryFormat.epoch, BinaryFormat.epoch - 1, earliest]
        try await Lent.connection(to: server.url) { (connection) throws in
            for microseconds in kept {
                let time = Timestamp(microseconds: microseconds)
                let row = try connection.fetchOne("SELECT \(time), CAST(\(time) AS timestamp)")
                #expect(row?.timestamp(0) == time && row?.timestamp(1) == time, "\(microseconds)")
            }
            for (microseconds, name) in [(Int64.max, "infinity"), (.min, "-infinity"), (earliest - 1, "-infinity")] {
                let time = Timestamp(microseconds: microseconds)
                #expect(try connection.fetchOne("SELECT CAST(\(time) AS text)")?.text(0) == name)
            }
            #expect(
                try connection.fetchOne("SELECT CAST('infinity' AS timestamptz)")?.timestamp(0)?.microseconds == .max
            )
            #expect(
                try connection.fetchOne("SELECT CAST('-infinity' AS timestamptz)")?.timestamp(0)?.microseconds == .min
            )
            let spelt = try connection.fetchOne("SELECT CAST(\(Timestamp(microseconds: 1)) AS text)")?.text(0)
            #expect(spelt == "1970-01-01 00:00:00.000001+00", "the session's zone is UTC")
        }
    }

    @Test("arrays of every kind, empty ones, and with nothing at a place")
    func arrays() async throws {
        let id = UUID.v7()
        let time = Timestamp(microseconds: 1_790_000_000_123_456)
        let arrays: [(SQLValue.Element, [SQLValue])] = [
            (.bool, [.bool(true), .null]), (.integer, [.integer(1), .integer(.min)]), (.double, [.double(0.5)]),
            (.text, [.text("a,{}\"b"), .text(""), .null]), (.bytes, [.bytes([0]), .bytes([])]), (.uuid, [.uuid(id)]),
            (.timestamp, [.timestamp(time)]), (.json, [.json(Array(#"{"a": 1}"#.utf8))]), (.integer, []), (.text, []),
        ]
        try await Lent.connection(to: server.url) { (connection) throws in
            for (kind, elements) in arrays {
                let rows = try connection.fetch("SELECT v FROM unnest(\(SQLValue.array(kind, elements))) AS v")
                #expect(rows.map { $0.cells[0] } == elements)
            }
            let found = try connection.fetchOne(
                "SELECT 5 = ANY(\(SQLValue.array(.integer, [.integer(4), .integer(5)])))"
            )
            #expect(found?.bool(0) == true)
        }
    }

    @Test("text is taken for what stands at its place, also an enum")
    func untyped() async throws {
        let url = try await server.emptyDatabase()
        try await Lent.connection(to: url) { (connection) throws in
            try connection.execute("CREATE TYPE mood AS ENUM ('fine', 'bad')")
            try connection.execute("CREATE TABLE t (id uuid, mood mood, n int, j jsonb)")
            let id = UUID.v7()
            try connection.execute("INSERT INTO t VALUES (\(id.text), \("fine"), \("7"), \(#"{"a":1}"#))")
            let row = try connection.fetchOne("SELECT * FROM t WHERE mood = \("fine")")
            #expect(row?.cells == [.uuid(id), .text("fine"), .integer(7), .json(Array(#"{"a": 1}"#.utf8))])
        }
    }

    @Test("what can't be sent is refused before anything is, and never shown")
    func refused() async throws {
        try await Lent.connection(to: server.url) { (connection) throws in
            let nul = #expect(throws: SQLError.self) { try connection.fetch("SELECT \("secret\0tail")") }
            #expect(nul?.code == .invalidValue && nul?.message.contains("secret") == false)
            let cast = #expect(throws: SQLError.self) { try connection.fetch("SELECT CAST(\("secret") AS integer)") }
            #expect(cast?.code == .invalidValue && cast?.message.contains("secret") == false)
            let many = (0..<65_536).map { SQLStatement("\($0)") }.joined(by: ", ")
            let count = #expect(throws: SQLError.self) { try connection.fetch("SELECT ARRAY[" + many + "]") }
            #expect(count?.code == .invalidValue)
            #expect(try connection.fetchOne("SELECT 1")?.int(0) == 1)
        }
    }
}
