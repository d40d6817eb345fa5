import DashJSON
import DashMapping
import DashModel

/// Where polling goes on: saved in the same transaction as the rows it accounts for, so that the two can't disagree.
///
/// Every poll asks for records from `from` on, which lies an overlap behind the newest value, and drops those it has
/// `seen` since: value and tie-breaker of each. So records with equal values, in whatever order and whenever they
/// come, are taken once each; what came before `from` is settled. A scan that reached its limits goes on at `scan`'s page.
/// What was saved under other settings means something else and is left.
struct SourceCursor: Sendable, Hashable {
    /// Keeps the row small; beyond it the look back becomes shorter.
    static let maxSeen = 20_000

    private(set) var from = CursorValue.missing
    private(set) var newest = CursorValue.missing
    private(set) var order: CursorOrder?
    private var seen: [CursorValue: Set<String>] = [:]
    private var seenCount = 0
    /// The scan that is not through yet.
    var scan = ScanPlace()
    var entityTag: String?
    var lastModified: String?
    private let settings: SourceSettings
    private let rewind: String
    private let field: String

    /// The saved cursor, as far as it fits the settings: another question, field or type, or a new `rewind_to`, begin anew.
    init(saved: JSONValue?, settings: SourceSettings, incremental: IncrementalSettings?) {
        self.settings = settings
        field = incremental?.path.text ?? ""
        rewind = incremental?.rewind ?? ""
        order = incremental?.order
        let isRewound = !rewind.isEmpty && saved?["rewind"]?.stringValue != rewind
        guard let saved, isSame(saved), !isRewound else {
            let start = isRewound && saved != nil ? rewind : incremental?.initial ?? ""
            from = start.isEmpty ? .missing : order?.value(.string(start)) ?? CursorValue(likely: .string(start))
            return
        }
        readValues(saved)
        // An older version did not note the settings: then they are taken to be the same.
        guard saved["request"]?.stringValue ?? settings.request == settings.request else { return }
        scan = ScanPlace(saved)
        entityTag = saved["etag"]?.stringValue
        lastModified = saved["last_modified"]?.stringValue
    }

    private func isSame(_ saved: JSONValue) -> Bool {
        let kind = CursorOrder(json: saved["order"])?.kind
        return saved["field"]?.stringValue ?? "" == field
            && saved["records"]?.stringValue ?? settings.records == settings.records
            && (order == nil || kind == nil || kind == order?.kind)
    }

    private mutating func readValues(_ saved: JSONValue) {
        order = order ?? CursorOrder(json: saved["order"])
        func value(_ json: JSONValue?) -> CursorValue { order?.value(json) ?? CursorValue(likely: json) }
        from = value(saved["from"])
        newest = value(saved["newest"])
        read(saved["seen"], value)
        read(saved["unordered"]) { CursorValue(unordered: $0?.stringValue ?? "") }
    }

    private mutating func read(_ entries: JSONValue?, _ value: (JSONValue?) -> CursorValue) {
        for entry in entries?.arrayValue ?? [] {
            guard let pair = entry.arrayValue, pair.count == 2 else { continue }
            let ties = Set((pair[1].arrayValue ?? []).compactMap(\.stringValue))
            seen[value(pair[0]), default: []].formUnion(ties)
            seenCount += ties.count
        }
    }

    /// nil when there is nothing to remember.
    var json: JSONValue? {
        var object = JSONObject()
        if !rewind.isEmpty { object["rewind"] = .string(rewind) }
        if let order, !field.isEmpty { object["order"] = order.json }
        if !from.isMissing { object["from"] = from.json }
        if !newest.isMissing { object["newest"] = newest.json }
        if let entityTag { object["etag"] = .string(entityTag) }
        if let lastModified { object["last_modified"] = .string(lastModified) }
        let (ordered, unordered) = (entries(\.isOrdered), entries { !$0.isOrdered })
        if !ordered.isEmpty { object["seen"] = .array(ordered) }
        if !unordered.isEmpty { object["unordered"] = .array(unordered) }
        scan.write(to: &object)
        guard !object.isEmpty || !field.isEmpty else { return nil }
        if !field.isEmpty { object["field"] = .string(field) }
        object["records"] = .string(settings.records)
        object["request"] = .string(settings.request)
        return .object(object)
    }

    private func entries(_ isMeant: (CursorValue) -> Bool) -> [JSONValue] {
        seen.filter { isMeant($0.key) }.sorted { $0.key < $1.key }.map { value, ties in
            .array([value.json, .array(ties.sorted().map { .string($0) })])
        }
    }

    /// Whether a record is new; it counts as taken from then on. `line` is the record's compact text, which tells it from
    /// others when it has no tie-breaker.
    mutating func takes(
        _ root: Int,
        of document: JSONDocument,
        _ line: [UInt8],
        _ settings: IncrementalSettings
    ) -> Bool {
        let found = Self.value(settings.path, root, document)
        let value = order?.value(found) ?? CursorValue(likely: found)
        if value.precedes(from) { return false }
        let tie = settings.tieBreaker.flatMap { Self.value($0, root, document) }.flatMap { $0.isNull ? nil : $0.text }
        let hash = tie.map { ShortHash.text($0.utf8) } ?? ShortHash.text(line)
        guard seen[value, default: []].insert(hash).inserted else { return false }
        seenCount += 1
        newest = max(newest, value)
        return true
    }

    /// After the last page: what lies further back than the overlap is settled. Throws `DashError` `.invalid` when more
    /// records have no place in the order than can be remembered.
    mutating func finishScan(_ settings: IncrementalSettings?) throws {
        let start = scan.start
        scan = ScanPlace()
        guard let settings else { return }
        try findOrder()
        guard order != nil else { return }
        // Records that came while the scan went on may lie behind pages that were read before: the look back starts at
        // the beginning of the scan.
        let settled = seen.keys.filter {
            $0.isOrdered && !$0.isReached(from: newest, back: settings.overlap, limit: start)
        }
        // The start is a value of the source's own, so that it is spelt as the source likes it.
        if let start = settled.max() { settle(before: start) }
        trim()
    }

    /// Keeps what a page that could not be reached left over for the next run small. Throws as `finishScan` does.
    mutating func pauseScan() throws {
        guard seenCount > Self.maxSeen else { return }
        try findOrder()
        for value in seen.keys.filter(\.isOrdered).sorted() where seenCount > Self.maxSeen { forget(value) }
    }

    /// Decides how values are compared, by all there are; only what can't be in order is remembered without an end.
    private mutating func findOrder() throws {
        if order == nil, let found = CursorOrder(of: seen.keys) {
            order = found
            let values = seen
            seen = [:]
            for (value, ties) in values { seen[found.value(value), default: []].formUnion(ties) }
            seenCount = seen.values.reduce(0) { $0 + $1.count }
            from = found.value(from)
            newest = seen.keys.max() ?? .missing
        }
        let unordered = seen.reduce(0) { $0 + (order == nil || !$1.key.isOrdered ? $1.value.count : 0) }
        guard unordered <= Self.maxSeen else { throw Self.disorder(field, order) }
    }

    private static func disorder(_ field: String, _ order: CursorOrder?) -> DashError {
        let kind = order.map { " as \($0.kind.rawValue)" } ?? ""
        return DashError(
            .invalid,
            "More than \(maxSeen) records have values in \(field) that can't be put in order\(kind). Set incremental.type to "
                + "number, text or time, or incremental.field to a field that every record has."
        )
    }

    private mutating func settle(before start: CursorValue) {
        for value in seen.keys where value.isOrdered && value < start { forget(value) }
        if !start.precedes(from) { from = start }
    }

    private mutating func trim() {
        guard seenCount > Self.maxSeen else { return }
        var kept = 0
        for value in seen.keys.filter(\.isOrdered).sorted(by: >) {
            kept += seen[value]?.count ?? 0
            guard kept > Self.maxSeen, value < newest else { continue }
            settle(before: value)
            return
        }
    }

    private mutating func forget(_ value: CursorValue) { seenCount -= seen.removeValue(forKey: value)?.count ?? 0 }

    private static func value(_ path: JSONPath, _ root: Int, _ document: JSONDocument) -> JSONValue? {
        (try? path.nodes(in: document, from: root))?.first.map { document.view($0).value }
    }
}
