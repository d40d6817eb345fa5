import DashModel

/// The code of the error that the body throws; nil when it throws none.
func code(_ body: () async throws -> Void) async -> DashError.Code? {
    do {
        try await body()
        return nil
    } catch let error as DashError {
        return error.code
    } catch {
        return .internal
    }
}
