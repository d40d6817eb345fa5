import DashJSON

extension MappingRun {
    mutating func apply(_ step: MappingStep, to record: Int, _ name: Int) throws(Refusal) {
        switch step {
        case .split(let field, let to, let separator, let trims):
            try split(field, to, separator, trims, in: record, name)
        case .join(let fields, let to, let separator): try join(fields, to, separator, in: record, name)
        case .lookup(let field, let to, let table, let defaultNode):
            try lookUp(field, to, table, defaultNode, in: record, name)
        case .parseTime(let field, let to, let format): try parseTime(field, to, format, in: record, name)
        case .redact(let fields, let redaction): for field in fields { redact(field, redaction, in: record) }
        case .hash(let fields, let salt): for field in fields { hash(field, salt, in: record) }
        }
    }

    private mutating func split(
        _ field: Range<Int>,
        _ to: Range<Int>,
        _ separator: [UInt8],
        _ trims: Bool,
        in record: Int,
        _ name: Int
    ) throws(Refusal) {
        guard let found = find(field, of: record), tree[found.entry].value.kind != .null else { return }
        guard tree[found.entry].value.kind == .string else {
            let kind = tree[found.entry].value.kind
            let field = program.names[name]
            throw Refusal(rule: "split", field: field, reason: "\(field) must be a string to be split, it is \(kind)")
        }
        let text = plainText(ofEntry: found.entry)
        let list = tree.addContainer(.array)
        var start = 0
        var index = 0
        while !text.isEmpty, index <= text.count {
            let isEnd = index == text.count
            guard isEnd || text[index...].starts(with: separator) else {
                index += 1
                continue
            }
            var part = text[start..<index]
            if trims {
                part = part.drop { $0 <= 0x20 }
                while let last = part.last, last <= 0x20 { part.removeLast() }
            }
            guard tree.entries.count < Self.maxEntries else {
                let field = program.names[name]
                throw Refusal(rule: "split", field: field, reason: "\(field) has too many parts")
            }
            tree.append(tree.add(string(Array(part))), to: list)
            index += isEnd ? 1 : separator.count
            start = index
        }
        try set(to, of: record, to: list, name)
    }

    private mutating func join(
        _ fields: [Range<Int>],
        _ to: Range<Int>,
        _ separator: [UInt8],
        in record: Int,
        _ name: Int
    ) throws(Refusal) {
        var text: [UInt8] = []
        var isFirst = true
        var hasAny = false
        func add(_ entry: Int, _ run: inout MappingRun) {
            guard run.tree[entry].value.kind != .null else { return }
            if !isFirst { text += separator }
            isFirst = false
            text += run.plainText(ofEntry: entry)
        }
        for field in fields {
            guard let found = find(field, of: record), tree[found.entry].value.kind != .null else { continue }
            hasAny = true
            // A field may be named more than once.
            guard text.count < Self.maxGrowth else { throw .tooLarge(Self.maxGrowth) }
            guard tree[found.entry].value.kind == .array else {
                // A lone string is joined already.
                add(found.entry, &self)
                continue
            }
            open(found.entry)
            var element = tree[found.entry].first
            while element >= 0 {
                let next = tree[element].next
                add(element, &self)
                element = next
            }
        }
        guard hasAny else { return }
        try set(to, of: record, to: tree.add(string(text)), name)
    }

    private mutating func lookUp(
        _ field: Range<Int>,
        _ to: Range<Int>,
        _ table: [String: Int],
        _ defaultNode: Int,
        in record: Int,
        _ name: Int
    ) throws(Refusal) {
        var node = defaultNode
        if let found = find(field, of: record), tree[found.entry].value.kind != .null {
            let text = plainText(ofEntry: found.entry)
            node = table[String(decoding: text, as: UTF8.self)] ?? defaultNode
            if node == defaultNode, tree[found.entry].value.kind == .number {
                // The table may spell the same number otherwise than the record: 1 and 1.0.
                var digits: [UInt8] = []
                text.withUnsafeBufferPointer { JSONDecimal($0).append(to: &digits) }
                node = table[String(decoding: digits, as: UTF8.self)] ?? defaultNode
            }
        }
        guard node >= 0 else { return remove(to, from: record) }
        let entry = tree.add(FieldValue(constants.nodes[node], at: node, origin: .program))
        try set(to, of: record, to: entry, name)
    }

    private mutating func parseTime(
        _ field: Range<Int>,
        _ to: Range<Int>,
        _ format: Int,
        in record: Int,
        _ name: Int
    ) throws(Refusal) {
        guard let found = find(field, of: record), tree[found.entry].value.kind != .null else { return }
        let value = tree[found.entry].value
        guard !tree[found.entry].isOpen, let converted = convert(value, to: .timestamp, format) else {
            throw .cast(program.names[name], value.kind, .timestamp, format: format)
        }
        try set(to, of: record, to: tree.add(converted), name)
    }

    // MARK: What must not be read

    private mutating func redact(_ field: Range<Int>, _ redaction: Redaction, in record: Int) {
        guard let found = find(field, of: record), tree[found.entry].value.kind != .null else { return }
        let replacement: [UInt8]
        switch redaction {
        case .text(let text): replacement = Array(text.utf8)
        case .keepLast(let count):
            let text = String(decoding: plainText(ofEntry: found.entry), as: UTF8.self).unicodeScalars
            // Of a text that is no longer than what would be kept nothing is.
            let kept = text.count > count ? text.suffix(count) : text.suffix(0)
            let stars = String(repeating: "*", count: text.count - kept.count)
            replacement = Array((stars + String(String.UnicodeScalarView(kept))).utf8)
        }
        replace(found.entry, with: string(replacement))
    }

    private mutating func hash(_ field: Range<Int>, _ salt: [UInt8]?, in record: Int) {
        guard let found = find(field, of: record), tree[found.entry].value.kind != .null else { return }
        let text = canonicalText(ofEntry: found.entry)
        let digest = salt.map { SHA256.authenticationCode(of: text, key: $0) } ?? SHA256.digest(of: text)
        replace(found.entry, with: string(SHA256.hexadecimal(digest)))
    }

    /// A string's text, of other values the one spelling that all equal ones share: pseudonyms are joined and counted.
    private mutating func canonicalText(ofEntry entry: Int) -> [UInt8] {
        let value = materialised(entry)
        var text: [UInt8] = []
        switch value.kind {
        case .number:
            JSONDecimal(bytes(of: value)).append(to: &text, maxZeros: Self.maxZeros)
        case .array, .object:
            let document = try? JSONDocument(parsing: Array(bytes(of: value)), limits: Self.ownLimits)
            let canonical = document?.root.map { JSONCanonicalText($0, maxZeros: Self.maxZeros).bytes }
            return canonical ?? Array(bytes(of: value))
        case .string, .null, .bool: return plainText(ofEntry: entry)
        }
        return text
    }

    private mutating func replace(_ entry: Int, with value: FieldValue) {
        tree.removeChildren(of: entry)
        tree[entry].isOpen = false
        tree[entry].value = value
    }

    // MARK: Texts

    /// A string's text, any other value's JSON.
    mutating func plainText(ofEntry entry: Int) -> [UInt8] {
        let value = materialised(entry)
        guard value.kind == .string else { return Array(bytes(of: value)) }
        guard value.flags.contains(.escaped) else { return Array(content(of: value)) }
        var text: [UInt8] = []
        JSONUnescaping.append(content(of: value), to: &text)
        return text
    }

    /// A text as a JSON string in the scratch bytes.
    mutating func string(_ text: [UInt8]) -> FieldValue {
        var quoted: [UInt8] = []
        text.withUnsafeBufferPointer { JSONEscaping.append($0, to: &quoted) }
        let start = scratch.count
        scratch.append(quoted)
        let isEscaped = quoted.count != text.count + 2
        return FieldValue(
            origin: .scratch,
            kind: .string,
            flags: isEscaped ? .escaped : [],
            start: start,
            length: quoted.count
        )
    }
}
