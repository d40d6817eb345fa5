public import DashJSON

extension RecordsDecoder {
    private static let lineFeed = UInt8(ascii: "\n")
    /// What begins each text of a sequence (RFC 7464).
    private static let separator: UInt8 = 0x1E

    func decodeJSON(_ body: [UInt8]) throws(Failure) -> DecodedRecords {
        let body = Charset.marked(body) == nil ? body : try text(of: body, charset: nil)
        let checked: Result<JSONDocument, JSONError> = Result { () throws(JSONError) in try document(of: body) }
        switch checked {
        case .success(let document): return try records(in: document)
        case .failure(let error):
            // JSON is UTF-8, whatever its type says (RFC 8259, 8.1); what is not may yet be what was declared.
            if error.code == .invalidUTF8, let charset = try knownCharset, charset != .utf8 {
                let text = try text(of: body, charset: form.charset)
                return try RecordsDecoder(.init(form.framing), path: path, limits: limits).decode(text)
            }
            guard error.code != .tooLarge, error.code != .tooManyValues, let sifted = try sift(body) else {
                throw .json(error)
            }
            return sifted
        }
    }

    /// A body that is one JSON text, read as strictly and as generously as records are.
    public func document(parsing body: [UInt8]) throws(Failure) -> JSONDocument {
        let text = Charset.marked(body) == nil ? body : try text(of: body, charset: nil)
        return try document { () throws(JSONError) in try JSONDocument(parsing: text, limits: limits) }
    }

    private var knownCharset: Charset? {
        get throws(Failure) {
            do throws(BodyError) {
                return try form.knownCharset
            } catch {
                throw .body(error)
            }
        }
    }

    private func document(of body: [UInt8]) throws(JSONError) -> JSONDocument {
        switch form.framing {
        case .lines: return try JSONDocument(parsingLines: body, limits: limits)
        case .sequence:
            // Between two texts there is nothing but the separator, which stands in none of them.
            let lines = body.map { $0 == Self.separator ? Self.lineFeed : $0 }
            return try JSONDocument(parsingLines: lines, limits: limits)
        case .auto:
            let document = try JSONDocument(parsingLines: body, limits: limits)
            // An empty body is no JSON text and holds no line either: say so as the parser of one text does.
            if document.roots.isEmpty { _ = try JSONDocument(parsing: body, limits: limits) }
            return document
        default: return try JSONDocument(parsing: body, limits: limits)
        }
    }

    // MARK: One bad piece among good ones

    /// The records of a body of which some pieces are no JSON; nil when it is broken as a whole.
    private func sift(_ body: [UInt8]) throws(Failure) -> DecodedRecords? {
        let isArray = body.first { $0 > 0x20 } == UInt8(ascii: "[")
        switch form.framing {
        case .lines: return try sift(body, LinePieces(body), as: .lines)
        case .sequence: return try sift(body, LinePieces(body, separator: Self.separator), as: .lines)
        case .json: return isArray ? try sift(body, ElementPieces(body), as: .json) : nil
        case .auto where isArray: return try sift(body, ElementPieces(body), as: .json)
        case .auto: return try sift(body, LinePieces(body), as: .lines, isGuess: true)
        default: return nil
        }
    }

    /// `isGuess`: only if most pieces are objects, or the first one, is the body what it is taken for.
    private func sift(_ body: [UInt8], _ pieces: some BodyPieces, as framing: Framing, isGuess: Bool = false)
        throws(Failure) -> DecodedRecords?
    {
        let checker = JSONChecker(limits: limits)
        var good: [UInt8] = []
        var unreadable: [UnreadableRecord] = []
        var (objects, count) = (0, 0)
        var isFirstGood = false
        // Where the piece at hand begins: its line, and the characters in front of it there.
        var (line, indent, counted): (Int64, Int, Int) = (1, 0, 0)
        body.withUnsafeBufferPointer { bytes in
            for piece in pieces where unreadable.count <= UnreadableRecord.most {
                count += 1
                if count.isMultiple(of: 1_024), Task.isCancelled { break }
                do throws(JSONError) {
                    let kind = try checker.kind(of: piece, in: bytes)
                    if kind == .object { objects += 1 }
                    if count == 1 { isFirstGood = kind == .object }
                    if !good.isEmpty { good.append(framing == .json ? UInt8(ascii: ",") : Self.lineFeed) }
                    good.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[piece]))
                } catch {
                    for byte in bytes[counted..<piece.lowerBound] {
                        if byte == Self.lineFeed {
                            line += 1
                            indent = 0
                        } else if byte & 0xC0 != 0x80 {
                            indent += 1
                        }
                    }
                    counted = piece.lowerBound
                    let place = line + Int64(error.line) - 1
                    // The piece may begin within its line.
                    let column = error.line > 1 ? error.column : error.column + indent
                    unreadable.append(
                        UnreadableRecord(
                            line: line,
                            reason: "line \(place), column \(column): \(error.reason)",
                            data: bytes[piece]
                        )
                    )
                }
            }
        }
        guard pieces.areWhole, objects > 0, unreadable.count <= UnreadableRecord.most else { return nil }
        guard !isGuess || isFirstGood || objects * 2 > count else { return nil }
        if framing == .json { good = [UInt8(ascii: "[")] + good + [UInt8(ascii: "]")] }
        let text = good
        let document = try document { () throws(JSONError) in
            framing == .json
                ? try JSONDocument(parsing: text, limits: limits) : try JSONDocument(parsingLines: text, limits: limits)
        }
        return try records(in: document, unreadable: unreadable)
    }
}
