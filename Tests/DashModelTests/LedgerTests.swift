import DashModel
import Testing

@Suite("Ledgers and errors")
struct LedgerTests {
    @Test("balance when everything received is accounted for")
    func balance() {
        var ledger = ([.received: 10, .stored: 6, .duplicates: 1, .quarantined: 1, .bytesReceived: 999] as Ledger)
        #expect(ledger.difference == 2)
        ledger += ([.droppedFilter: 1, .memoryOnly: 1] as Ledger)
        #expect(ledger.difference == 0)
        #expect(ledger[.received] == 10)
        #expect(ledger[.droppedInvalid] == 0)
    }

    @Test("errors say what is wrong and where")
    func description() {
        let error = DashError(.invalid, "No.", issues: [.init(pointer: "/name", message: "is required")])
        #expect(error.description == "No.; /name: is required")
        #expect(JobState.allCases.filter(\.isFinal) == [.completed, .discarded, .cancelled])
    }
}
