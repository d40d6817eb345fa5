import DashJSON
import DashModel
import DashStorage

extension DataQuery {
    init(json: JSONValue) throws {
        throw DashError(.unavailable, "Queries are not read yet.")
    }
}
