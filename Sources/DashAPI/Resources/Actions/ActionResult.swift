public import DashModel
public import FoundationEssentials

/// What a resource's own action answers: what its declaration says (`Answer`), with what it came to.
public enum ActionResult: Sendable {
    /// The row as it is now, perhaps with a secret.
    case row(WrittenResource)
    /// A row of another resource: what goes on behind the answer.
    case started(ResourceRow)
    /// What is stored nowhere, with the id of the row that it is about, or of the job that will do it.
    case values(any AnswerValues, id: UUID)
    /// How many rows it concerned.
    case count(Int)
}
