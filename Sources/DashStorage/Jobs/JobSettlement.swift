/// How one leased job's run ended.
public struct JobSettlement: Sendable, Hashable {
    public var lease: JobLease
    public var outcome: JobOutcome

    public init(_ lease: JobLease, as outcome: JobOutcome) {
        self.lease = lease
        self.outcome = outcome
    }
}
