public import DashModel
public import Hummingbird

extension DashError {
    /// As the programs that use the address expect it: JSON:API below `/api/v1`, problem details elsewhere.
    public func response(at path: String, requestID: String) -> Response {
        if path.hasPrefix("/api/v1/") { return RESTError(self).response(requestID: requestID) }
        return ProblemDetails(self).response(requestID: requestID)
    }
}
