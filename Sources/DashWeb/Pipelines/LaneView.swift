import DashJSON
import DashModel
import DashStorage

/// How far a lane has come, as a page shows it.
enum LaneView {
    /// The lane of a sink.
    static func data(_ sink: ResourceRow, _ lane: LaneBacklog?, now: Timestamp) -> ViewData {
        let limit = Int64(sink["sink_config"]["lane"]?["storage_limit_mb"]?.intValue ?? 1_024) << 20
        var data = data(lane, now: now)
        data["limitBytes"] = Moment.bytes(limit)
        data["isNearlyFull"] = (lane?.bytes ?? 0) >= limit / 10 * 9
        data["breaker"] = breaker(sink, lane, now: now)
        if let error = lane?.lastError ?? sink.string("error_message"), !error.isEmpty { data["laneError"] = error }
        return data
    }

    /// Any lane: a sink's, or that of a pipeline behind.
    static func data(_ lane: LaneBacklog?, now: Timestamp) -> ViewData {
        [
            "pending": Moment.count(Int64(lane?.pending ?? 0)),
            "dead": Moment.count(Int64(lane?.dead ?? 0)),
            "hasDead": (lane?.dead ?? 0) > 0,
            "backlogBytes": Moment.bytes(lane?.bytes ?? 0),
            "behind": lane?.oldestReceivedAt.map { Moment.duration(microseconds: max(0, (now - $0).microseconds)) }
                ?? "–",
            "oldest": Moment.text(lane?.oldestReceivedAt),
        ]
    }

    /// What the breaker of the lane does: `closed` lets deliveries through, `open` keeps them until the next try.
    private static func breaker(_ sink: ResourceRow, _ lane: LaneBacklog?, now: Timestamp) -> ViewData {
        guard sink.string("status") != "paused" else {
            return ["state": "paused", "word": "paused", "note": "nothing is sent until it is resumed"]
        }
        guard let lane, lane.attempts > 0 else {
            return ["state": "active", "word": "closed", "note": "deliveries go out as they come"]
        }
        let tries = lane.attempts == 1 ? "1 try" : "\(Moment.count(Int64(lane.attempts))) tries"
        guard lane.isWaiting(at: now) else {
            return ["state": "waiting", "word": "half open", "note": "trying again after \(tries)"]
        }
        return [
            "state": "failing", "word": "open",
            "note": "\(tries) failed; the next is at \(Moment.text(lane.nextAttemptAt))",
        ]
    }
}
