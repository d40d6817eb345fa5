package import DashModel
package import FoundationEssentials

/// From when on a pipeline's records are still shown.
package enum Retention {
    package static let day: Int64 = 86_400_000_000

    /// Records before this moment count as gone.
    package static func oldest(of pipeline: UUID, now: Timestamp, on connection: any SQLConnection) throws -> Timestamp
    {
        let row = try connection.fetchOne("SELECT retention_days FROM pipelines WHERE id = \(pipeline)")
        guard let days = row?.int(0) else { return Timestamp(microseconds: .min) }
        return cutoff(days: days, now: now)
    }

    package static func cutoff(days: Int64, now: Timestamp) -> Timestamp {
        Timestamp(microseconds: now.microseconds.saturatingSubtracted(days.saturatingMultiplied(by: day)))
    }
}
