/// How a table's rows belong to a team: the one place from which the store makes its team filter.
public enum TeamScope: Sendable, Hashable {
    /// The table has a `team_id`.
    case column
    /// The row is the team.
    case itself
    /// `column` holds the id of a row of `parent`, which belongs to a team.
    case through(column: String, parent: String)
    /// The table's rows are a person's or the server's own; no team's request may reach them.
    case none
}
