/// What an action or a view answers, as data.
public enum Answer: Sendable, Hashable {
    /// The row as it is now.
    case row
    /// The row, and a secret that is told only now: `meta.token`.
    case rowWithToken
    case nothing
    /// A row of another resource, which goes on behind the answer.
    case started(String)
    /// A document of what is stored nowhere.
    case values(AnswerShape)
    /// The same, of something that is done behind the answer.
    case promise(AnswerShape)
    /// A page of such documents.
    case page(AnswerShape)
    /// How many rows it concerned: this member of `meta`.
    case count(String)
    /// The columns and rows that answer a question.
    case table

    /// Whether what was asked for goes on behind the answer.
    public var isDeferred: Bool {
        switch self {
        case .started, .promise: true
        case .row, .rowWithToken, .nothing, .values, .page, .count, .table: false
        }
    }
}
