import DashConnectors
import DashModel
import FoundationEssentials
import NIOCore
import Synchronization

/// Answers each look-up of a name with the next list of addresses, the last one again and again; so does who rebinds.
final class ScriptedResolver: HostResolving {
    private let answers: Mutex<[String: [[String]]]>
    private let count = Mutex(0)

    var lookUps: Int { count.withLock { $0 } }

    init(_ answers: [String: [[String]]]) { self.answers = Mutex(answers) }

    func addresses(of host: String, for team: UUID?) async throws -> [SocketAddress] {
        count.withLock { $0 += 1 }
        let next: [String] = answers.withLock { answers in
            guard let all = answers[host], let first = all.first else { return [] }
            if all.count > 1 { answers[host]?.removeFirst() }
            return first
        }
        guard !next.isEmpty else { throw DashError(.unavailable, "The host name \(host) has no address.") }
        return try next.map { try SocketAddress(ipAddress: $0, port: 0) }
    }
}
