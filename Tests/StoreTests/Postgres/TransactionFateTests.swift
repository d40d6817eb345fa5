import Testing

@testable import DashPostgres

@Suite("Commits in doubt: what became of them")
struct TransactionFateTests {
    @Test("the server's word counts while it is the same that began the transaction")
    func sameServer() {
        func fate(_ state: String?) -> TransactionFate {
            TransactionFate(state: state, isSameGeneration: true, wasInLog: false)
        }
        #expect(fate("committed") == .committed)
        #expect(fate("aborted") == .undone)
        #expect(fate("in progress") == .inProgress)
        #expect(fate(nil) == .unknown)
    }

    @Test("after a crash a number that the log did not know belongs to somebody else")
    func afterCrash() {
        func fate(_ state: String, wasInLog: Bool) -> TransactionFate {
            TransactionFate(state: state, isSameGeneration: false, wasInLog: wasInLog)
        }
        #expect(fate("committed", wasInLog: true) == .committed)
        #expect(fate("committed", wasInLog: false) == .undone)
        #expect(fate("in progress", wasInLog: false) == .undone)
        #expect(fate("aborted", wasInLog: true) == .undone)
    }
}
