/// What a kind of widget asks of its pipeline where the form was left open.
struct WidgetQuery: Sendable {
    /// How numbers are summed up, while all else is counted; nil: the records' own values are shown, or the last ones.
    var aggregate: String?
    /// Whether the answer has a row for each bucket of time.
    var isOverTime = false
    /// For what compares groups: so many of them, the largest first, take the place of the time. Words are such groups.
    var ranking: Int?
    var order = "asc"
    var limit = 1_000
    /// So many of a record's fields when none is named; 0: the records are counted.
    var columns = 0
    /// Whether a record's time comes behind its values: where one figure is shown it is no part of it.
    var timeIsLast = false
}
