public import DashJSON
import DashModel
public import DashStorage

extension DataQuery {
    /// Placeholder until the store's own reader is here.
    public init(json: JSONValue) throws {
        throw DashError(.unavailable, "Queries are not read yet.")
    }
}
