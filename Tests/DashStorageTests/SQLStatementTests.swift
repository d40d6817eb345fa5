import DashModel
import DashStorage
import FoundationEssentials
import Testing

@Suite("SQL statements")
struct SQLStatementTests {
    @Test("values are bound and numbered in order, also when statements are put together")
    func binds() {
        let inner: SQLStatement = "b = \(2) AND c = \("three")"
        let statement: SQLStatement = "SELECT * FROM \(identifier: "odd\"name") WHERE a = \(1) AND \(inner) LIMIT \(4)"
        #expect(statement.text == "SELECT * FROM \"odd\"\"name\" WHERE a = $1 AND b = $2 AND c = $3 LIMIT $4")
        #expect(statement.values == [.integer(1), .integer(2), .text("three"), .integer(4)])
        #expect((inner + " OR \(UUID?.none)").text == "b = $1 AND c = $2 OR $3")
    }
}
