import DashJSON
import DashModel

/// How far a scan over pages has come that takes several runs, and what it needs to know that it does not go round.
struct ScanPlace: Sendable, Hashable {
    /// A place that no run gets on from is given up after so long.
    static let patience = Duration.seconds(86_400)

    /// The page to begin with; nil: the first.
    var next: PagePosition?
    /// When the scan began.
    var start: Timestamp?
    /// When the last run stopped here.
    private(set) var paused: Timestamp?
    /// The page before, by its content, and where it was; nil: the first.
    private(set) var lastPage: String?
    private(set) var lastPosition: PagePosition?
    /// A page that was passed, by its position, until twice as many were read as before: a circle of any length comes
    /// by there again (Brent's way to find one).
    private var mark: String?
    private var steps = 0
    private var limit = 1

    init() {}

    init(_ saved: JSONValue) {
        next = PagePosition(json: saved["next"])
        start = saved["scan_start"]?.stringValue.flatMap { Timestamp(text: $0) }
        paused = saved["scan_paused"]?.stringValue.flatMap { Timestamp(text: $0) }
        lastPage = saved["last_page"]?.stringValue
        lastPosition = PagePosition(json: saved["last_position"])
        mark = saved["mark"]?.stringValue
        steps = max(0, saved["steps"]?.intValue ?? 0)
        limit = max(1, saved["limit"]?.intValue ?? 1)
    }

    func write(to object: inout JSONObject) {
        guard let next else { return }
        object["next"] = next.json
        if let start { object["scan_start"] = .string(start.text) }
        if let paused { object["scan_paused"] = .string(paused.text) }
        if let lastPage { object["last_page"] = .string(lastPage) }
        if let lastPosition { object["last_position"] = lastPosition.json }
        if let mark {
            object["mark"] = .string(mark)
            object["steps"] = .number(JSONNumber(steps))
            object["limit"] = .number(JSONNumber(limit))
        }
    }

    /// Notes the page that was read.
    mutating func pass(_ content: String?, at position: PagePosition?) {
        lastPage = content
        lastPosition = position
    }

    /// Whether the scan comes by this page again.
    mutating func comesBack(to position: PagePosition) -> Bool {
        let name = ShortHash.text("\(position.number) \(position.token)".utf8)
        if name == mark { return true }
        steps += 1
        if steps >= limit {
            mark = name
            steps = 0
            limit = min(limit, 1 << 40) * 2
        }
        return false
    }

    /// Stops until the next run; one that gets no further leaves the time as it was.
    mutating func pause(at position: PagePosition?, now: Timestamp) {
        if position != next || paused == nil { paused = now }
        next = position
    }

    func isStuck(now: Timestamp) -> Bool { paused.map { now - $0 > Self.patience } ?? false }
}
