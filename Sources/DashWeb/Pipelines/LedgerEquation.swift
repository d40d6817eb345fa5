import DashModel

/// A pipeline's ledger as the equation that it is: received = stored + … + in flight.
enum LedgerEquation {
    static func data(_ ledger: Ledger) -> ViewData {
        let always: [(LedgerEntry, String)] = [
            (.stored, "stored"), (.duplicates, "duplicates"), (.quarantined, "quarantined"),
        ]
        let sometimes: [(LedgerEntry, String)] = [
            (.memoryOnly, "in memory only"), (.droppedFilter, "dropped by a filter"),
            (.droppedStorageLimit, "dropped, storage full"), (.droppedInvalid, "dropped, invalid"),
        ]
        var terms = always.map { (ledger[$0.0], $0.1) }
        terms += sometimes.filter { ledger[$0.0] != 0 }.map { (ledger[$0.0], $0.1) }
        terms.append((ledger.difference, "in flight"))
        return [
            "received": Moment.count(ledger[.received]),
            "terms": terms.enumerated().map { index, term in
                ["op": index == 0 ? "=" : "+", "count": Moment.count(term.0), "label": term.1] as ViewData
            },
            "bytesReceived": Moment.bytes(ledger[.bytesReceived]),
            "bytesStored": Moment.bytes(ledger[.bytesStored]),
        ]
    }
}
