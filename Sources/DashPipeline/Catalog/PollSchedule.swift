import DashJobs
import DashModel

/// When a polling pipeline is due: a pure function of its row, so that every node comes to the same times.
enum PollSchedule: Sendable, Hashable {
    /// Counted from when the pipeline was created.
    case interval(seconds: Int64, anchor: Timestamp)
    case cron(CronExpression)

    /// nil when the row names neither, or a cron that can't be read.
    init?(row: ResourceRow) {
        if let cron = row.string("cron"), !cron.isEmpty {
            let zone = row.string("timezone").flatMap { $0.isEmpty ? nil : $0 }
            guard let expression = try? CronExpression(cron, timeZone: zone) else { return nil }
            self = .cron(expression)
        } else if let seconds = row.int("interval_seconds"), seconds > 0 {
            self = .interval(seconds: Int64(seconds), anchor: row.timestamp("inserted_at") ?? .epoch)
        } else {
            return nil
        }
    }

    func next(after time: Timestamp) -> Timestamp? {
        switch self {
        case .cron(let expression): return expression.next(after: time)
        case .interval(let seconds, let anchor):
            let step = seconds * 1_000_000
            let elapsed = time.microseconds - anchor.microseconds
            guard elapsed >= 0 else { return anchor }
            return Timestamp(microseconds: anchor.microseconds + (elapsed / step + 1) * step)
        }
    }

    /// The due times from `first`, which is one, through `end`: the newest `limit` of them, and how many are before.
    func times(from first: Timestamp, through end: Timestamp, limit: Int) -> (times: [Timestamp], earlier: Int) {
        guard first <= end else { return ([], 0) }
        switch self {
        case .interval(let seconds, _):
            let step = seconds * 1_000_000
            let count = Int((end.microseconds - first.microseconds) / step) + 1
            let kept = min(count, limit)
            let times = ((count - kept)..<count).map {
                Timestamp(microseconds: first.microseconds + Int64($0) * step)
            }
            return (times, count - kept)
        case .cron(let expression):
            var times = [first]
            var earlier = 0
            while let next = expression.next(after: times[times.count - 1]), next <= end {
                times.append(next)
                if times.count >= 2 * limit, times.count > limit {
                    earlier += times.count - limit
                    times.removeFirst(times.count - limit)
                }
            }
            let surplus = max(0, times.count - limit)
            return (Array(times.dropFirst(surplus)), earlier + surplus)
        }
    }
}
