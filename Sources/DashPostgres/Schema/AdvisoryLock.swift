/// The numbers under which nodes take turns; nobody else in a database of ours takes advisory locks.
enum AdvisoryLock {
    /// Held by the transaction that changes the schema or the layout of the records.
    static let schema: Int64 = 0x4441_5348_0001
    /// Held for the moment in which `take_record_ids` hands out ids.
    static let recordIDs: Int64 = 0x4441_5348_0002
    /// Held while a copy begins.
    static let copy: Int64 = 0x4441_5348_00c0
    /// Held, shared with the others, by a session of every node; whoever copies into the database holds it alone.
    static let nodes: Int64 = 0x4441_5348_0004
    /// Held by the session of the node that leads.
    static let leadership: Int64 = 0x4441_5348_0003
}
