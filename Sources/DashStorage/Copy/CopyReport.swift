/// What a copy tells of itself while it goes on.
public enum CopyReport: Sendable, Hashable {
    /// How many rows there are in all, and how many of them an earlier start has copied.
    case started(total: Int, copied: Int)
    /// `rows` of `total` of a table are there now; `copied` of all tables.
    case copied(table: String, rows: Int, total: Int, copied: Int)
    /// The sides of a table were added up.
    case compared(CopiedTable)
}
