import DashModel
import DashStorage
import Testing

@Suite("Errors of a database as the rest of Dash knows them")
struct SQLErrorTests {
    private static let codes: [SQLError.Code] = [
        .unique(table: "pipelines", columns: ["team_id", "name"]), .foreignKey,
        .notNull(table: "runs", column: "status"),
        .full, .busy, .io, .readOnly, .cannotOpen, .corrupt, .interrupted, .lost, .conflict, .unsupported, .forbidden,
        .invalidValue, .tooComplex, .other,
    ]

    @Test("the engine's words are for the log and stand in no answer", arguments: codes)
    func words(code: SQLError.Code) {
        let words = "Expression tree is too large (maximum depth 1000)"
        let error = SQLError(code, words, serverMessage: "value 4711").dashError
        #expect(!error.description.contains("Expression"))
        #expect(!error.message.isEmpty && error.message.hasSuffix("."))
        #expect(String(reflecting: error).contains(words))
        #expect(!String(reflecting: error).contains("4711"))
        #expect(!"\(error)".contains("Expression"))
    }
}
