/// Reads `Link: <…>; rel="next"` (RFC 8288).
enum LinkHeader {
    /// The first target with the relation.
    static func target(_ relation: String, in headers: [String]) -> String? {
        for header in headers {
            var rest = header[...]
            while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
                let target = String(rest[rest.index(after: open)..<close])
                rest = rest[rest.index(after: close)...]
                let parameters = rest.prefix { $0 != "<" }
                if relations(parameters).contains(relation) { return target }
            }
        }
        return nil
    }

    private static func relations(_ parameters: Substring) -> [String] {
        for parameter in parameters.split(separator: ";") {
            let pair = parameter.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].filter({ $0 != " " && $0 != "\t" }).lowercased() == "rel" else { continue }
            // What follows a comma belongs to the next link.
            let value = pair[1].prefix { $0 != "," }.filter { $0 != "\"" }
            return value.split(separator: " ").map { $0.lowercased() }
        }
        return []
    }
}
