import Foundation

/// Query parameters of an URL.
enum HTTPQuery {
    /// The URL with the parameters behind those it has; unchanged when it can't be read.
    static func adding(_ parameters: [(name: String, value: String)], to url: String) -> String {
        guard !parameters.isEmpty, var parts = URLComponents(string: url) else { return url }
        var items = parts.queryItems ?? []
        items += parameters.map { URLQueryItem(name: $0.name, value: $0.value) }
        parts.queryItems = items
        // A plus sign in a value would be read as a space by most servers.
        parts.percentEncodedQuery = parts.percentEncodedQuery?.replacing("+", with: "%2B")
        return parts.string ?? url
    }
}
