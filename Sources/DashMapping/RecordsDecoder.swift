public import DashJSON

/// Finds the records in a body: each element of an array, each line of NDJSON, or what a JSONPath picks.
public struct RecordsDecoder: Sendable {
    /// How the body is arranged.
    public enum Framing: Sendable, Hashable {
        /// One JSON text; an array holds a record in each element, anything else is one record.
        case json
        /// NDJSON: one record a line.
        case lines
        /// `json` for one JSON text, `lines` for several.
        case auto
        /// A table: the first row names the columns, each other row is a record.
        case csv
        /// One document; of RSS and Atom each entry is a record.
        case xml
        /// One record, `a=1&b=2`; JSON under a form's name is read as JSON, since many clients send that.
        case form
    }

    /// Why a body gives no records.
    public enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
        case json(JSONError)
        case body(BodyError)
        case path(JSONPathError)
        /// There are values, and none is an object.
        case noObject

        public var description: String {
            switch self {
            case .json(let error): "the body is not valid JSON: \(error)"
            case .body(let error): "\(error)"
            case .path(let error): "the records path can't be followed: \(error)"
            case .noObject: "a record must be an object; the body holds none"
            }
        }
    }

    public var framing: Framing
    /// Picks the records; an array that it finds alone holds a record in each element.
    public var path: JSONPath?
    public var limits: JSONLimits

    public init(framing: Framing = .auto, path: JSONPath? = nil, limits: JSONLimits = .default) {
        self.framing = framing
        self.path = path
        self.limits = limits
    }

    /// Checks the body and finds its records; none in an empty array, or when the path finds nothing.
    public func decode(_ body: [UInt8]) throws(Failure) -> DecodedRecords {
        let document = try document(body)
        guard let path = path ?? Self.entries(of: document, framing) else {
            let isLines = framing == .lines || framing == .csv || document.roots.count != 1
            return DecodedRecords(
                document: document,
                roots: isLines ? document.roots : unfold(document.roots, document)
            )
        }
        var roots: [Int] = []
        for root in document.roots {
            do {
                let found = try path.nodes(in: document, from: root)
                roots += found.count == 1 ? unfold(found, document) : found
            } catch {
                throw .path(error)
            }
        }
        return DecodedRecords(document: document, roots: roots)
    }

    private func document(_ body: [UInt8]) throws(Failure) -> JSONDocument {
        do {
            switch framing {
            case .json: return try JSONDocument(parsing: body, limits: limits)
            case .lines: return try JSONDocument(parsingLines: body, limits: limits)
            case .auto: return try auto(body)
            case .csv: return try JSONDocument(parsingLines: try Self.lines(ofTable: body), limits: converted)
            case .xml:
                let tree = try XMLDecoder.json(body, maxDepth: limits.maxDepth - 1)
                return try JSONDocument(parsing: tree.encoded(), limits: converted)
            case .form:
                let first = body.first { $0 > 32 }
                if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { return try auto(body) }
                return try JSONDocument(parsing: FormDecoder.json(body), limits: limits)
            }
        } catch let error as JSONError {
            throw .json(error)
        } catch let error as BodyError {
            throw .body(error)
        } catch {
            throw .noObject
        }
    }

    private func auto(_ body: [UInt8]) throws(JSONError) -> JSONDocument {
        let document = try JSONDocument(parsingLines: body, limits: limits)
        // An empty body is no JSON text and holds no line either: say so as the parser of one text does.
        if document.roots.isEmpty { _ = try JSONDocument(parsing: body, limits: limits) }
        return document
    }

    /// A table repeats its column names in each record once it is JSON, and XML its brackets.
    private var converted: JSONLimits {
        var limits = limits
        limits.maxBytes *= 16
        return limits
    }

    private static func lines(ofTable body: [UInt8]) throws(BodyError) -> [UInt8] {
        var table = CSVLines()
        try table.write(body)
        try table.finish()
        return table.takeLines()
    }

    /// Where the entries of RSS 2.0, RSS 1.0 and Atom are.
    private static func entries(of document: JSONDocument, _ framing: Framing) -> JSONPath? {
        guard framing == .xml, let root = document.roots.first else { return nil }
        let view = document.view(root)
        let path =
            if view["rss"] != nil { "$.rss.channel.item" } else if view["feed"] != nil {
                "$.feed.entry"
            } else if view[
                "rdf:RDF"
            ] != nil { "$['rdf:RDF'].item" } else { "" }
        return path.isEmpty ? nil : try? JSONPath(path)
    }

    /// An array that stands alone is replaced by its elements.
    private func unfold(_ roots: [Int], _ document: JSONDocument) -> [Int] {
        guard roots.count == 1, document.nodes[roots[0]].kind == .array else { return roots }
        var elements: [Int] = []
        let end = Int(document.nodes[roots[0]].next)
        var index = roots[0] + 1
        while index < end {
            elements.append(index)
            index = Int(document.nodes[index].next)
        }
        return elements
    }
}
