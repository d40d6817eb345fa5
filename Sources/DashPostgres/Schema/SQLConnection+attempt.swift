import DashStorage

extension SQLConnection {
    /// Tries statements inside the open transaction; what they began is undone when one fails. Returns the failure.
    func attempt(_ body: () throws -> Void) throws -> SQLError? {
        try execute(.once("SAVEPOINT attempt"))
        do {
            try body()
            try execute(.once("RELEASE SAVEPOINT attempt"))
            return nil
        } catch let error as SQLError where !error.isLost && error.code != .interrupted {
            try execute(.once("ROLLBACK TO SAVEPOINT attempt"))
            return error
        }
    }
}
