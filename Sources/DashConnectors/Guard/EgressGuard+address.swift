import DashModel
import DashPipeline

extension EgressGuard {
    /// The address to connect to, for a library that takes one. Throws as `resolve` does.
    func address(of host: String, port: Int, for origin: EgressOrigin? = nil) async throws -> String {
        guard let checked = try await resolve(host: host, port: port, for: origin).first else {
            throw DashError(.unavailable, "The host name \(host) has no address.")
        }
        note(.passed, checked, for: origin)
        return checked.text
    }
}
