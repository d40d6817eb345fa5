import Foundation

/// Query parameters of an URL.
enum HTTPQuery {
    /// The URL with the parameters instead of those it has under the same names.
    static func replacing(_ parameters: [(name: String, value: String)], in url: String) -> String {
        guard !parameters.isEmpty, var parts = URLComponents(string: url) else { return url }
        if let items = parts.queryItems, items.contains(where: { item in parameters.contains { $0.name == item.name } })
        {
            parts.queryItems = items.filter { item in !parameters.contains { $0.name == item.name } }
        }
        return adding(parameters, to: parts.string ?? url)
    }

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
