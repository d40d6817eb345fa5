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
    }

    /// Why a body gives no records.
    public enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
        case json(JSONError)
        case path(JSONPathError)
        /// There are values, and none is an object.
        case noObject

        public var description: String {
            switch self {
            case .json(let error): "the body is not valid JSON: \(error)"
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
        let document: JSONDocument
        do {
            switch framing {
            case .json: document = try JSONDocument(parsing: body, limits: limits)
            case .lines: document = try JSONDocument(parsingLines: body, limits: limits)
            case .auto:
                document = try JSONDocument(parsingLines: body, limits: limits)
                // An empty body is no JSON text and holds no line either: say so as the parser of one text does.
                if document.roots.isEmpty { _ = try JSONDocument(parsing: body, limits: limits) }
            }
        } catch {
            throw .json(error)
        }
        guard let path else {
            let isLines = framing == .lines || document.roots.count != 1
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
