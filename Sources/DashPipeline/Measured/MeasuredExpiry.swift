import DashModel
import DashStorage

/// Deletion of what is over, measured.
struct MeasuredExpiry: RecordSweeper {
    let base: any RecordSweeper
    let meter: PartMeter

    func deleteExpired(now: Timestamp, limit: Int) async throws -> Int {
        try await meter.measure {
            try await base.deleteExpired(now: now, limit: limit)
        } rows: {
            $0
        }
    }
}
