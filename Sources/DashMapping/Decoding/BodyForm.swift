public import DashJSON

/// What is said of a body before it is looked at: by its content type, and by the settings of the pipeline's source.
public struct BodyForm: Sendable, Hashable {
    public var framing: RecordsDecoder.Framing
    /// The name of its characters' encoding; nil: what the body itself says, otherwise UTF-8.
    public var charset: String?
    public var table: TableForm

    public init(_ framing: RecordsDecoder.Framing = .auto, charset: String? = nil, table: TableForm = TableForm()) {
        self.framing = framing
        self.charset = charset
        self.table = table
    }

    /// As a `Content-Type` says; what it leaves open is found out from the body.
    public init(contentType: String) {
        self.init(RecordsDecoder.Framing(contentType: contentType) ?? .auto)
        guard contentType != "application/json" else { return }
        let parts = contentType.split(separator: ";", omittingEmptySubsequences: false)
        if let type = parts.first, Self.trimmed(type).lowercased() == "text/tab-separated-values" {
            table.delimiter = UInt8(ascii: "\t")
        }
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { continue }
            let value = Self.trimmed(pair[1]).filter { $0 != "\"" }
            switch Self.trimmed(pair[0]).lowercased() {
            case "charset": charset = value
            // RFC 4180, 3.
            case "header": table.hasHeader = value.lowercased() != "absent"
            default: break
            }
        }
    }

    /// The form with what the source's config says, which counts more than what senders say.
    public func settled(by config: JSONValue) -> BodyForm {
        guard let settings = config.objectValue, !settings.isEmpty else { return self }
        var form = self
        if let name = settings["charset"]?.stringValue, !name.isEmpty { form.charset = name }
        if let byte = settings["delimiter"]?.stringValue.flatMap(TableForm.delimiter(named:)) {
            form.table.delimiter = byte
        }
        if let hasHeader = settings["header_row"]?.boolValue { form.table.hasHeader = hasHeader }
        return form
    }

    /// The encoding by its name, nil where none is named. Throws for a name that is not known.
    public var knownCharset: Charset? {
        get throws(BodyError) {
            guard let name = charset else { return nil }
            if let charset = Charset(label: name) { return charset }
            let reason = "the charset \(name.prefix(40)) is not known; send UTF-8, or use one of IANA's usual names"
            throw BodyError(format: "text", reason: reason, line: 1)
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
