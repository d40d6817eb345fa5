import DashJSON
import DashMapping
import DashModel

/// Where polling goes on: saved in the same transaction as the rows it accounts for, so that the two can't disagree.
///
/// Every poll asks for records from `from` on, which lies an overlap behind the newest value, and drops those it has
/// `seen` since: value and tie-breaker of each. So records with equal values, in whatever order and whenever they
/// come, are taken once each; what came before `from` is settled. A scan that reached its limits goes on at `next`.
struct SourceCursor: Sendable, Hashable {
    /// Keeps the row small; beyond it the look back becomes shorter.
    static let maxSeen = 20_000

    private(set) var from = CursorValue.missing
    private(set) var newest = CursorValue.missing
    private var seen: [CursorValue: Set<String>] = [:]
    private var seenCount = 0
    /// The page to begin with; nil: the first.
    var next: PagePosition?
    /// When the scan began that is not through yet.
    var scanStart: Timestamp?
    var entityTag: String?
    var lastModified: String?
    private var rewind = ""
    private var field = ""

    /// The saved cursor, as far as it fits the settings: another field or a new `rewind_to` begin anew.
    init(saved: JSONValue?, settings: IncrementalSettings?) {
        let isSame = saved?["field"]?.stringValue ?? "" == settings?.path.text ?? ""
        let rewound = settings?.rewind ?? ""
        let isRewound = !rewound.isEmpty && saved?["rewind"]?.stringValue != rewound
        field = settings?.path.text ?? ""
        rewind = settings?.rewind ?? ""
        guard let saved, isSame, !isRewound else {
            from = isRewound && saved != nil ? CursorValue(rewind) : settings?.initial ?? .missing
            return
        }
        from = CursorValue(saved["from"])
        newest = CursorValue(saved["newest"])
        next = PagePosition(json: saved["next"])
        scanStart = saved["scan_start"]?.stringValue.flatMap { Timestamp(text: $0) }
        entityTag = saved["etag"]?.stringValue
        lastModified = saved["last_modified"]?.stringValue
        for entry in saved["seen"]?.arrayValue ?? [] {
            guard let pair = entry.arrayValue, pair.count == 2 else { continue }
            let value = CursorValue(pair[0])
            let ties = Set((pair[1].arrayValue ?? []).compactMap(\.stringValue))
            seen[value] = ties
            seenCount += ties.count
        }
    }

    var json: JSONValue {
        var object = JSONObject()
        if !field.isEmpty { object["field"] = .string(field) }
        if !rewind.isEmpty { object["rewind"] = .string(rewind) }
        if !from.isMissing { object["from"] = .string(from.text) }
        if !newest.isMissing { object["newest"] = .string(newest.text) }
        if let next { object["next"] = next.json }
        if let scanStart { object["scan_start"] = .string(scanStart.text) }
        if let entityTag { object["etag"] = .string(entityTag) }
        if let lastModified { object["last_modified"] = .string(lastModified) }
        if !seen.isEmpty {
            object["seen"] = .array(
                seen.sorted { $0.key < $1.key }.map { value, ties in
                    [.string(value.text), .array(ties.sorted().map { .string($0) })]
                }
            )
        }
        return .object(object)
    }

    /// Whether a record is new; it counts as taken from then on. `line` is the record's compact text, which tells it from
    /// others when it has no tie-breaker.
    mutating func takes(
        _ root: Int,
        of document: JSONDocument,
        _ line: [UInt8],
        _ settings: IncrementalSettings
    ) -> Bool {
        let value = CursorValue(Self.value(settings.path, root, document))
        if !value.isMissing, value < from { return false }
        let tie = settings.tieBreaker.flatMap { Self.value($0, root, document) }.flatMap { $0.isNull ? nil : $0.text }
        let hash = tie.map { Self.hash($0.utf8) } ?? Self.hash(line)
        guard seen[value, default: []].insert(hash).inserted else { return false }
        seenCount += 1
        newest = max(newest, value)
        return true
    }

    /// After the last page: what lies further back than the overlap is settled.
    mutating func finishScan(_ settings: IncrementalSettings?) {
        defer {
            next = nil
            scanStart = nil
        }
        guard let settings else { return }
        // Records that came while the scan went on may lie behind pages that were read before: the look back starts at
        // the beginning of the scan.
        let settled = seen.keys.filter {
            !$0.isMissing && !$0.isReached(from: newest, back: settings.overlap, limit: scanStart)
        }
        // The start is a value of the source's own, so that it is spelt as the source likes it.
        if let start = settled.max() { settle(before: start) }
        trim()
    }

    /// Keeps what a page that could not be reached left over for the next run small.
    mutating func pauseScan() {
        guard seenCount > Self.maxSeen else { return }
        for value in seen.keys.sorted() where seenCount > Self.maxSeen { forget(value) }
    }

    private mutating func settle(before start: CursorValue) {
        for value in seen.keys where !value.isMissing && value < start { forget(value) }
        from = max(from, start)
    }

    private mutating func trim() {
        guard seenCount > Self.maxSeen else { return }
        var kept = 0
        for value in seen.keys.sorted(by: >) {
            kept += seen[value]?.count ?? 0
            guard kept > Self.maxSeen, value < newest else { continue }
            if !value.isMissing { settle(before: value) }
            return
        }
    }

    private mutating func forget(_ value: CursorValue) { seenCount -= seen.removeValue(forKey: value)?.count ?? 0 }

    private static func value(_ path: JSONPath, _ root: Int, _ document: JSONDocument) -> JSONValue? {
        (try? path.nodes(in: document, from: root))?.first.map { document.view($0).value }
    }

    /// FNV-1a, 64 bits: stable for ever, and short in the row.
    private static func hash(_ bytes: some Sequence<UInt8>) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 36)
    }
}
