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

    let limits: ScanLimits
    let settings: IncrementalSettings?
    let clock: any WallClock
    /// Whether an unchanged answer means that nothing is new: never so where there may be other pages.
    let isConditional: Bool
    /// Asks for the page at a position. Throws `DashError`.
    let fetch: (PagePosition?, SourceCursor) async throws -> Page

    private static let lineFeed = UInt8(ascii: "\n")

    /// What is new, and the cursor to commit with it. A page that fails behind others ends the run early, nothing more:
    /// it is the first of the next run, and only then a failure if it is one again.
    func run(from saved: JSONValue?) async throws -> (
        lines: [UInt8], cursor: SourceCursor, unreadable: [UnreadableRecord]
    ) {
        var cursor = SourceCursor(saved: saved, settings: settings)
        if cursor.next == nil { cursor.scanStart = clock.now }
        let started = ContinuousClock.now
        var position = cursor.next
        var visited: Set<PagePosition> = []
        var lines: [UInt8] = []
        var unreadable: [UnreadableRecord] = []
        for count in 1... {
            let page: Page
            do {
                page = try await fetch(position, cursor)
            } catch let error as DashError where count > 1 && (error.code == .unavailable || error.code == .rateLimited)
            {
                return (lines, paused(cursor, at: position), unreadable)
            } catch let error as DashError where count == 1 && position != nil && error.code == .invalid {
                // The place where the last run stopped is not there any more: what is known is dropped from the first page on.
                (position, cursor.next) = (nil, nil)
                cursor.scanStart = clock.now
                page = try await fetch(nil, cursor)
            }
            var taken = cursor
            let added = Self.new(in: page.records, &taken, settings)
            if lines.count + added.count > limits.bytes, !lines.isEmpty {
                return (lines, paused(cursor, at: position), unreadable)
            }
            lines += added
            unreadable += page.records.unreadable
            cursor = taken
            if isConditional { cursor.note(page.response) }
            guard let next = page.next else {
                cursor.finishScan(settings)
                return (lines, cursor, unreadable)
            }
            guard visited.insert(next).inserted, next != position else {
                throw DashError(.invalid, "The source gives the same next page again and again; check the pagination.")
            }
            position = next
            if count >= limits.pages || ContinuousClock.now - started > limits.duration { break }
        }
        return (lines, paused(cursor, at: position), unreadable)
    }

    private func paused(_ cursor: SourceCursor, at position: PagePosition?) -> SourceCursor {
        var cursor = cursor
        cursor.next = position
        cursor.pauseScan()
        return cursor
    }

    private static func new(
        in records: DecodedRecords,
        _ cursor: inout SourceCursor,
        _ settings: IncrementalSettings?
    ) -> [UInt8] {
        var lines: [UInt8] = []
        for root in records.roots {
            let line = records.document.view(root).compactBytes
            if let settings, !cursor.takes(root, of: records.document, line, settings) { continue }
            lines += line
            lines.append(lineFeed)
        }
        return lines
    }
}
