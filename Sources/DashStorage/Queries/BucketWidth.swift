import DashModel

/// How wide a chart's buckets are.
enum BucketWidth {
    /// People's units; the last ones keep even a century below the limit.
    static let ladder: [Int64] = [
        1, 5, 10, 30, 60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 604_800, 2_592_000, 7_776_000,
        31_536_000,
    ]
    static let most: Int64 = 300

    /// The narrowest that gives at most about 300 buckets.
    static func automatic(for range: DataQuery.Range) -> Duration {
        let length: Duration =
            switch range {
            case .last(let duration): duration
            case .between(let from, let to): to - from
            }
        let seconds = length.components.seconds
        return .seconds(ladder.first { seconds <= $0 * most } ?? 31_536_000)
    }
}
