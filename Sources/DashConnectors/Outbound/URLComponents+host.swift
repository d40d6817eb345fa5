import Foundation

extension URLComponents {
    /// As it stands in an address: IPv6 addresses between brackets.
    var encodedHost: String? {
        guard let host = percentEncodedHost ?? host, !host.isEmpty else { return nil }
        return host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
    }
}
