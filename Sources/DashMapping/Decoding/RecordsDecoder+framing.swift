import DashJSON

extension RecordsDecoder.Framing {
    /// What a `Content-Type` says of a body's arrangement; nil when it leaves it open.
    public init?(contentType: String) {
        // What nearly all senders say, without the cost of looking closer.
        if contentType == "application/json" {
            self = .json
            return
        }
        let type = contentType.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        switch type {
        case "application/json": self = .json
        case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines":
            self = .lines
        case "application/json-seq": self = .sequence
        case "text/csv", "application/csv", "text/tab-separated-values": self = .csv
        case "application/xml", "text/xml": self = .xml
        case "application/x-www-form-urlencoded": self = .form
        default:
            if type.hasSuffix("+json") {
                self = .json
            } else if type.hasSuffix("+json-seq") {
                self = .sequence
            } else if type.hasSuffix("+xml"), type.hasPrefix("application/") {
                self = .xml
            } else {
                return nil
            }
        }
    }
}
