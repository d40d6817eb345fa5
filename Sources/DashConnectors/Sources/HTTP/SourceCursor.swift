import DashJSON
import DashMapping
import DashModel

/// Where polling goes on: saved in the same transaction as the rows it accounts for, so that the two can't disagree.
///
/// Every poll asks for records from `from` on, which lies an overlap behind the newest value, and drops those it has
/// `seen` since: value and tie-breaker of each. So records with equal values, in whatever order and whenever they
/// come, are taken once each; what came before `from` is settled. A scan that reached its limits goes on at `scan`'s page.
/// What was saved under other settings means something else and is left.
///
/// A record is dropped only if it was taken before, or if it is in front of a place that a completed scan has settled (or
/// that the config names), in the order in which that was done. In doubt it is read again.
struct SourceCursor: Sendable, Hashable {
    /// Keeps the row small; beyond it the look back becomes shorter.
    static let maxSeen = 20_000

    private(set) var from = CursorValue.missing
    private(set) var newest = CursorValue.missing
    private(set) var order: CursorOrder?
    private var seen: [CursorValue: Set<String>] = [:]
    private var seenCount = 0
    /// The greatest value of this scan that was too much to remember.
    private var forgotten = CursorValue.missing
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
            from = value(.string(isRewound && saved != nil ? rewind : incremental?.initial ?? ""))
            return
        }
        order = order ?? CursorOrder(json: saved["order"]) ?? Self.order(ofOlder: saved)
        readValues(saved)
        // In an order that nobody knows any more, nothing was settled.
        if order == nil, Self.isOlder(saved) { from = value(.string(incremental?.initial ?? "")) }
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

    private func value(_ json: JSONValue?) -> CursorValue { order?.value(json) ?? CursorValue(undecided: json) }

    /// Whether a record is new; it counts as taken from then on. `line` is the record's compact text, which tells it from
    /// others when it has no tie-breaker.
    mutating func takes(
        _ root: Int,
        of document: JSONDocument,
        _ line: [UInt8],
        _ settings: IncrementalSettings
    ) -> Bool {
        let value = value(Self.value(settings.path, root, document))
        if order == nil ? value.surelyPrecedes(from) : value.precedes(from) { return false }
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
        // What was forgotten would be taken again.
        if !forgotten.precedes(from), let start = seen.keys.filter({ forgotten.precedes($0) }).min() {
            settle(before: start)
        }
        forgotten = .missing
        trim()
    }

    /// Keeps what a page that could not be reached left over for the next run small. Throws as `finishScan` does.
    mutating func pauseScan() throws {
        guard seenCount > Self.maxSeen else { return }
        try findOrder()
        // The scan goes on beside its least value or beside its greatest, and the next one begins with the greatest.
        let values = seen.keys.filter(\.isOrdered).sorted()
        var least = 0
        for value in values where seenCount > Self.maxSeen {
            least += seen[value]?.count ?? 0
            guard least > Self.maxSeen / 2 else { continue }
            forget(value)
            forgotten = max(forgotten, value)
        }
    }

    /// Decides how values are compared, by all there are; only what can't be in order is remembered without an end.
    private mutating func findOrder() throws {
        if order == nil, let found = CursorOrder(of: seen.keys) {
            order = found
            let values = seen
            seen = [:]
            for (value, ties) in values { seen[found.value(value.json), default: []].formUnion(ties) }
            seenCount = seen.values.reduce(0) { $0 + $1.count }
            from = found.value(from.json)
            newest = seen.keys.max() ?? .missing
        }
        let unordered = seen.reduce(0) { $0 + ($1.key.isOrdered ? 0 : $1.value.count) }
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
        for value in seen.keys where value.precedes(start) { forget(value) }
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

// MARK: As it is saved

extension SourceCursor {
    /// nil when there is nothing to remember.
    var json: JSONValue? {
        var object = JSONObject()
        if !rewind.isEmpty { object["rewind"] = .string(rewind) }
        if let order, !field.isEmpty { object["order"] = order.json }
        if !from.isMissing { object["from"] = from.json }
        if newest.isOrdered { object["newest"] = newest.json }
        if !forgotten.isMissing { object["forgotten"] = forgotten.json }
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

    private mutating func readValues(_ saved: JSONValue) {
        let order = order
        func value(_ json: JSONValue?) -> CursorValue { order?.value(json) ?? CursorValue(undecided: json) }
        from = value(saved["from"])
        newest = value(saved["newest"])
        forgotten = value(saved["forgotten"])
        read(saved["seen"], value)
        // What had no place in this order is not tried again: a number that has a text's width is none.
        let isSameOrder = order != nil && CursorOrder(json: saved["order"]) == order
        read(saved["unordered"]) { isSameOrder ? CursorValue(unordered: $0.stringValue ?? "") : value($0) }
        seenCount = seen.values.reduce(0) { $0 + $1.count }
    }

    private mutating func read(_ entries: JSONValue?, _ value: (JSONValue) -> CursorValue) {
        for entry in entries?.arrayValue ?? [] {
            guard let pair = entry.arrayValue, pair.count == 2 else { continue }
            seen[value(pair[0]), default: []].formUnion((pair[1].arrayValue ?? []).compactMap(\.stringValue))
        }
    }

    private static func isOlder(_ saved: JSONValue) -> Bool { saved["order"] == nil && saved["records"] == nil }

    /// An older version saved no order and compared numbers, times and texts each in their own way: where all values are
    /// of one kind, it is that one. Elsewhere what was settled was not settled in any one order.
    private static func order(ofOlder saved: JSONValue) -> CursorOrder? {
        guard isOlder(saved) else { return nil }
        let seen = (saved["seen"]?.arrayValue ?? []).compactMap { $0.arrayValue?.first }
        let values = ([saved["from"], saved["newest"]].compactMap(\.self) + seen).map { CursorValue(undecided: $0) }
        let isOfOneKind = Set(values.filter { !$0.isMissing }.map(\.likelyKind)).count == 1
        return isOfOneKind ? CursorOrder(of: values) : nil
    }
}
