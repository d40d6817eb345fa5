import DashModel
import Foundation

/// The origin of an URL: what decides which server gets a request.
struct URLTarget: Hashable {
    let scheme: String
    let host: String
    let port: Int

    init(_ text: String) throws {
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
            var host = url.host, !host.isEmpty
        else { throw DashError(.invalid, "The address must be like https://api.example.org/path.") }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        if url.user != nil || url.password != nil {
            throw DashError(.invalid, "The address must not hold a user name or password.")
        }
        self.scheme = scheme
        self.host = host
        port = url.port ?? (scheme == "https" ? 443 : 80)
    }
}
