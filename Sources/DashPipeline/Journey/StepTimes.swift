/// How long the steps of a journey took, in microseconds.
struct StepTimes: Sendable {
    var source: Int64 = 0
    var decode: Int64 = 0
    /// Mapping and validation are one pass over the records.
    var map: Int64 = 0
    /// Waiting for a turn to be decoded, and in the inbox for the saving transaction.
    var queue: Int64 = 0

    static func += (lhs: inout StepTimes, rhs: StepTimes) {
        lhs.source += rhs.source
        lhs.decode += rhs.decode
        lhs.map += rhs.map
        lhs.queue += rhs.queue
    }

    /// As a run shows them; steps that did not happen are left out.
    var timings: [String: Int64] {
        var result: [String: Int64] = [:]
        if source > 0 { result["source"] = source }
        if decode > 0 { result["decode"] = decode }
        if map > 0 { result["map"] = map }
        if queue > 0 { result["queue"] = queue }
        return result
    }
}
