public import DashJSON

/// Finds the records in a body: each element of an array, each line of NDJSON, or what a JSONPath picks.
public struct RecordsDecoder: Sendable {
    /// How the body is arranged.
    public enum Framing: String, Sendable, Hashable {
        /// One JSON text; an array holds a record in each element, anything else is one record.
        case json
        /// NDJSON: one record a line.
        case lines
        /// `json` for one JSON text, `lines` for several.
        case auto
        /// JSON text sequence (RFC 7464): each record between two record separators.
        case sequence
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
        /// Each row repeats the names of its columns, which makes more than so many bytes.
        case tooLarge(Int)

        public var description: String {
            switch self {
            case .json(let error): "the body is not valid JSON: \(error)"
            case .body(let error): "\(error)"
            case .path(let error): "the records path can't be followed: \(error)"
            case .noObject: "a record must be an object; the body holds none"
            case .tooLarge(let limit):
                "with the names of its columns in each record the table becomes larger than \(limit) bytes: send fewer rows at "
                    + "once, or shorter names"
            }
        }
    }

    public var form: BodyForm
    /// Picks the records; an array that it finds alone holds a record in each element.
    public var path: JSONPath?
    public var limits: JSONLimits

    public init(_ form: BodyForm, path: JSONPath? = nil, limits: JSONLimits = .records) {
        self.form = form
        self.path = path
        self.limits = limits
    }

    public init(framing: Framing = .auto, path: JSONPath? = nil, limits: JSONLimits = .records) {
        self.init(BodyForm(framing), path: path, limits: limits)
    }

    /// Checks the body and finds its records; none in an empty array, or when the path finds nothing. Pieces that can't be
    /// read are set apart as long as there are others that can.
    public func decode(_ body: [UInt8]) throws(Failure) -> DecodedRecords {
        guard body.count <= limits.maxBytes else {
            // The parser says it in its own words.
            throw .json(JSONError.tooLarge)
        }
        switch form.framing {
        case .json, .lines, .auto, .sequence: return try decodeJSON(body)
        case .csv: return try decodeTable(body)
        case .xml: return try decodeXML(body)
        case .form:
            let body = try text(of: body, charset: nil)
            let first = body.first { $0 > 32 }
            if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
                return try RecordsDecoder(.init(.auto), path: path, limits: limits).decode(body)
            }
            let json: [UInt8]
            do throws(BodyError) {
                json = try FormDecoder.json(body, charset: try form.knownCharset)
            } catch {
                throw .body(error)
            }
            return try RecordsDecoder(.init(.json), path: path, limits: converted).decode(json)
        }
    }

    /// The records of a document that was checked already.
    public func records(in document: JSONDocument, unreadable: [UnreadableRecord] = []) throws(Failure)
        -> DecodedRecords
    {
        guard let path = path ?? Self.entries(of: document, form.framing) else {
            let areRoots = form.framing == .lines || form.framing == .csv || document.roots.count != 1
            let roots = areRoots ? document.roots : unfold(document.roots, document)
            return DecodedRecords(document: document, roots: roots, unreadable: unreadable)
        }
        var roots: [Int] = []
        for root in document.roots {
            do {
                let found = try path.nodes(in: document, from: root, lonelyElements: form.framing == .xml)
                roots += found.count == 1 ? unfold(found, document) : found
            } catch {
                throw .path(error)
            }
        }
        return DecodedRecords(document: document, roots: roots, unreadable: unreadable)
    }

    private func decodeTable(_ body: [UInt8]) throws(Failure) -> DecodedRecords {
        let body = try text(of: body, charset: form.charset)
        var reader = CSVReader(form.table, maxRow: limits.maxBytes)
        reader.write(body)
        reader.end()
        let most = MappingOutput.most(of: body.count)
        var rows = JSONRows(limits: converted)
        var unreadable: [UnreadableRecord] = []
        do throws(CSVReader.Failure) {
            while let row = try reader.next(&rows) {
                // The caller finds out by itself that it was cancelled; nothing of the body is used then.
                if rows.count.isMultiple(of: 1_024), Task.isCancelled { break }
                // Before anything of it is written: a short table can have a long header.
                if rows.written > most { break }
                guard case .unreadable(let reason) = row else { continue }
                let record = UnreadableRecord(
                    line: reader.line,
                    reason: "line \(reader.line): \(reason)",
                    data: reader.rowBytes
                )
                unreadable.append(record)
                guard unreadable.count <= UnreadableRecord.most else { break }
            }
        } catch {
            switch error {
            case .body(let error): throw .body(error)
            case .json(let error): throw .json(error)
            }
        }
        if rows.written > most { throw .tooLarge(most) }
        if let first = unreadable.first, rows.count == 0 || unreadable.count > UnreadableRecord.most {
            let reason = first.reason.drop { $0 != ":" }.dropFirst(2)
            throw .body(BodyError(format: "CSV", reason: String(reason), line: Int(first.line)))
        }
        let written = rows.written
        let found = try records(in: rows.document(), unreadable: unreadable)
        return DecodedRecords(
            document: found.document,
            roots: found.roots,
            unreadable: found.unreadable,
            byteCount: written
        )
    }

    private func decodeXML(_ body: [UInt8]) throws(Failure) -> DecodedRecords {
        let declared = form.charset ?? XMLDecoder.declaredCharset(body)
        let isText = declared != nil || Charset.marked(body) != nil
        let text = try text(of: body, charset: declared)
        let json: [UInt8]
        do throws(BodyError) {
            json = try XMLDecoder.json(text, isText: isText, limits: limits)
        } catch {
            throw .body(error)
        }
        return try records(
            in: try document { () throws(JSONError) in
                try JSONDocument(parsing: json, limits: converted)
            }
        )
    }

    func document(_ parse: () throws(JSONError) -> JSONDocument) throws(Failure) -> JSONDocument {
        do throws(JSONError) {
            return try parse()
        } catch {
            throw .json(error)
        }
    }

    /// A body as UTF-8 without a mark in front: a mark says the encoding, and otherwise `charset` does.
    func text(of body: [UInt8], charset name: String?) throws(Failure) -> [UInt8] {
        do throws(BodyError) {
            if let (marked, length) = Charset.marked(body) {
                let rest = body.dropFirst(length)
                return marked == .utf8 ? Array(rest) : try Transcoder.text(of: rest, in: marked)
            }
            guard let charset = try charset(name), charset != .utf8 else { return body }
            return try Transcoder.text(of: body, in: charset)
        } catch {
            throw .body(error)
        }
    }

    private func charset(_ name: String?) throws(BodyError) -> Charset? { try BodyForm(charset: name).knownCharset }

    /// XML and forms repeat their names once they are JSON, and other encodings are shorter than UTF-8.
    private var converted: JSONLimits {
        var limits = limits
        limits.maxBytes *= 8
        return limits
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
