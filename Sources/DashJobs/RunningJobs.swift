import DashModel
import DashStorage
import FoundationEssentials
import Synchronization

/// The jobs that a runner has in hand, and when their leases end.
final class RunningJobs: Sendable {
    private struct Entry {
        var lease: JobLease
        var leaseEnds: Timestamp
        var stop: JobStop
    }

    private let entries = Mutex<[UUID: Entry]>([:])

    var count: Int { entries.withLock(\.count) }
    var leases: [JobLease] { entries.withLock { $0.values.map(\.lease) } }

    /// A run of the same job that this node still has under an older lease is stopped.
    func insert(_ lease: JobLease, leaseEnds: Timestamp) -> JobStop {
        let stop = JobStop()
        let older = entries.withLock { entries in
            entries.updateValue(Entry(lease: lease, leaseEnds: leaseEnds, stop: stop), forKey: lease.job)
        }
        older?.stop.stop(.leaseLost)
        return stop
    }

    func remove(_ lease: JobLease) {
        entries.withLock { entries in
            if entries[lease.job]?.lease == lease { entries[lease.job] = nil }
        }
    }

    /// Takes over what a heartbeat answered: jobs that were asked for and are not held any more are stopped.
    func renew(asked: [JobLease], held: Set<JobLease>, leaseEnds: Timestamp) {
        let lost = entries.withLock { entries in
            var lost: [JobStop] = []
            for lease in asked where entries[lease.job]?.lease == lease {
                if held.contains(lease) {
                    entries[lease.job]?.leaseEnds = leaseEnds
                } else if let stop = entries[lease.job]?.stop {
                    lost.append(stop)
                }
            }
            return lost
        }
        for stop in lost { stop.stop(.leaseLost) }
    }

    /// Stops jobs whose lease ran out because heartbeats failed: another node may have them by now.
    func stopExpired(now: Timestamp) {
        let expired = entries.withLock { $0.values.filter { $0.leaseEnds <= now }.map(\.stop) }
        for stop in expired { stop.stop(.leaseLost) }
    }

    func stopAll() {
        for stop in entries.withLock({ $0.values.map(\.stop) }) { stop.stop(.shutdown) }
    }
}
