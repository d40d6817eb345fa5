import DashJSON
import DashMapping
import DashModel
import DashPipeline
import NIOHTTP1

/// One run over the pages of a source: asks for them one after the other from where the cursor stands, keeps what is
/// new, and leaves a cursor that accounts for exactly that.
struct PageScan {
    /// One answer, read.
    struct Page {
        var response: OutboundResponse
        var records: DecodedRecords
        var next: PagePosition?
    }

    /// What is new, the cursor that accounts for it, and what of the pages could not be read.
    struct Outcome {
        var lines: [UInt8]
        var cursor: SourceCursor
        var unreadable: [UnreadableRecord]
    }

    let limits: ScanLimits
    let settings: SourceSettings
    let incremental: IncrementalSettings?
    let clock: any WallClock
    /// Whether an unchanged answer means that nothing is new: never so where there may be other pages.
    let isConditional: Bool
    /// Asks for the page at a position. Throws `DashError`.
    let fetch: (PagePosition?, SourceCursor) async throws -> Page

    private static let lineFeed = UInt8(ascii: "\n")

    /// What is new, and the cursor to commit with it. A page that fails behind others ends the run early, nothing more:
    /// it is the first of the next run, and only then a failure if it is one again.
    func run(from saved: JSONValue?) async throws -> Outcome {
        var cursor = SourceCursor(saved: saved, settings: settings, incremental: incremental)
        if cursor.scan.next == nil { cursor.scan.start = clock.now }
        let started = ContinuousClock.now
        var position = cursor.scan.next
        var visited: Set<PagePosition> = []
        var lines: [UInt8] = []
        var unreadable: [UnreadableRecord] = []
        for count in 1... {
            let page: Page
            do {
                page = try await fetch(position, cursor)
            } catch let error as DashError where count > 1 && (error.code == .unavailable || error.code == .rateLimited)
            {
                return try paused(lines, unreadable, cursor, at: position)
            } catch let error as DashError where count == 1 && position != nil && isGone(error, cursor) {
                // The place where the last run stopped is not there any more: what is known is dropped from the first page on.
                position = nil
                cursor.scan = ScanPlace()
                cursor.scan.start = clock.now
                page = try await fetch(nil, cursor)
            }
            var taken = cursor
            let (added, content) = Self.new(in: page.records, &taken, incremental)
            if let content, content == cursor.scan.lastPage {
                switch try await repetition(of: content, cursor) {
                case .end: return try finished(lines, unreadable, cursor)
                case .unknown: return try paused(lines, unreadable, cursor, at: position)
                case .moved: break
                }
            }
            if lines.count + added.count > limits.bytes, !lines.isEmpty {
                return try paused(lines, unreadable, cursor, at: position)
            }
            lines += added
            unreadable += page.records.unreadable
            cursor = taken
            cursor.scan.pass(content, at: position)
            if isConditional { cursor.note(page.response) }
            guard let next = page.next, next != position else { return try finished(lines, unreadable, cursor) }
            guard visited.insert(next).inserted, !cursor.scan.comesBack(to: next) else {
                throw DashError(.invalid, "The source's next pages lead in a circle; check the pagination.")
            }
            position = next
            if count >= limits.pages || ContinuousClock.now - started > limits.duration { break }
        }
        return try paused(lines, unreadable, cursor, at: position)
    }

    private enum Repetition {
        case end, moved, unknown
    }

    /// What it means that a page holds what the one before it held. Some sources repeat their last page for all that would
    /// follow. Where the newest comes first, new records may just have moved a page's content to the next: then the page
    /// before, asked again, has got another one.
    private func repetition(of content: String, _ cursor: SourceCursor) async throws -> Repetition {
        do {
            let again = try await fetch(cursor.scan.lastPosition, cursor)
            return Self.content(of: again.records) == content ? .end : .moved
        } catch let error as DashError {
            return error.code == .unavailable || error.code == .rateLimited ? .unknown : .moved
        }
    }

    private func isGone(_ error: DashError, _ cursor: SourceCursor) -> Bool {
        error.code == .invalid || error.code == .unavailable && cursor.scan.isStuck(now: clock.now)
    }

    private func finished(
        _ lines: [UInt8],
        _ unreadable: [UnreadableRecord],
        _ cursor: SourceCursor
    ) throws -> Outcome {
        var cursor = cursor
        try cursor.finishScan(incremental)
        return Outcome(lines: lines, cursor: cursor, unreadable: unreadable)
    }

    private func paused(
        _ lines: [UInt8],
        _ unreadable: [UnreadableRecord],
        _ cursor: SourceCursor,
        at position: PagePosition?
    ) throws -> Outcome {
        var cursor = cursor
        cursor.scan.pause(at: position, now: clock.now)
        try cursor.pauseScan()
        return Outcome(lines: lines, cursor: cursor, unreadable: unreadable)
    }

    /// The lines of what is new, and a hash of all there was; nil for an empty page.
    private static func new(
        in records: DecodedRecords,
        _ cursor: inout SourceCursor,
        _ incremental: IncrementalSettings?
    ) -> (lines: [UInt8], content: String?) {
        var lines: [UInt8] = []
        for root in records.roots {
            let line = records.document.view(root).compactBytes
            if let incremental, !cursor.takes(root, of: records.document, line, incremental) { continue }
            lines += line
            lines.append(lineFeed)
        }
        return (lines, content(of: records))
    }

    private static func content(of records: DecodedRecords) -> String? {
        guard !records.roots.isEmpty else { return nil }
        var hash = ShortHash()
        for root in records.roots {
            hash.combine(records.document.view(root).compactBytes)
            hash.combine([lineFeed])
        }
        return hash.text
    }
}
