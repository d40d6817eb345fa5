import FoundationEssentials

/// How the records of a file are arranged.
public enum UploadFormat: String, Sendable, CaseIterable {
    case csv, json, ndjson

    /// By a `Content-Type`; nil when that says nothing of it.
    public init?(contentType: String) {
        switch contentType.prefix(while: { $0 != ";" }).lowercased().filter({ $0 != " " && $0 != "\t" }) {
        case "text/csv", "application/csv", "text/tab-separated-values", "application/vnd.ms-excel": self = .csv
        case "application/json": self = .json
        case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines":
            self = .ndjson
        default: return nil
        }
    }

    /// Whether a file's name says that tabs separate its cells.
    static func hasTabs(filename: String) -> Bool {
        let name = filename.lowercased()
        return name.hasSuffix(".tsv") || name.hasSuffix(".tsv.gz")
    }

    /// By a file's name, with or without `.gz` at its end.
    public init?(filename: String) {
        let name = filename.lowercased()
        let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
        switch plain.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last {
        case "csv", "tsv": self = .csv
        case "json": self = .json
        case "ndjson", "jsonl": self = .ndjson
        default: return nil
        }
    }
}
