import DashJSON
import DashModel
import DashStorage

/// What an action comes to. The service writes it down, with its line of the audit trail, and tells of it.
enum ActionEffect: Sendable {
    /// Who is told of what was done elsewhere.
    enum Telling: Sendable {
        case nobody
        /// Those who follow the row.
        case row
        /// Those who follow a row that came about.
        case new(Resource, ResourceRow)
    }

    /// Nothing of it is written down.
    case nothing(ActionResult)
    /// Columns of the row, and what else changes with them, in one transaction with the trail; the answer is the row.
    case save([String: JSONValue], with: [ResourceChange] = [], secret: String? = nil)
    /// It is done, in a transaction of its own; the trail follows at once.
    case done(ActionResult, telling: Telling = .nobody)
}
