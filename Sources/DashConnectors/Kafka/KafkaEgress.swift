import CRdkafka
import DashModel
import DashPipeline
import Glibc
import NIOCore
import Synchronization

/// Looks at every address that a Kafka client is about to connect to, those that brokers name for themselves among them.
final class KafkaEgress: Sendable {
    private let egress: EgressGuard
    private let origin: EgressOrigin?
    private let refused = Mutex<(any Error)?>(nil)

    init(_ egress: EgressGuard, for origin: EgressOrigin? = nil) {
        self.egress = egress
        self.origin = origin
    }

    /// Why an address was refused, if one was.
    var refusal: (any Error)? { refused.withLock { $0 } }

    /// Makes the client ask. It must not outlive this value.
    func watch(_ configuration: OpaquePointer) {
        rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(self).toOpaque())
        rd_kafka_conf_set_connect_cb(configuration) { socket, address, length, name, opaque in
            guard let opaque, let address else { return EACCES }
            let egress = Unmanaged<KafkaEgress>.fromOpaque(opaque).takeUnretainedValue()
            let host = name.map { String(cString: $0) } ?? "the broker"
            guard egress.allows(address, host: host) else { return EACCES }
            if connect(socket, address, socklen_t(length)) == 0 || errno == EINPROGRESS { return 0 }
            return errno
        }
    }

    private func allows(_ address: UnsafePointer<sockaddr>, host: String) -> Bool {
        let raw = UnsafeRawPointer(address)
        let target: SocketAddress? =
            // The family comes first in every kind of address on Linux.
            switch Int32(raw.loadUnaligned(as: sa_family_t.self)) {
            case AF_INET: SocketAddress(raw.loadUnaligned(as: sockaddr_in.self))
            case AF_INET6: SocketAddress(raw.loadUnaligned(as: sockaddr_in6.self))
            default: nil
            }
        guard let address = target.flatMap(IPAddress.init) else { return false }
        do {
            try egress.check(address, host: host, for: origin)
            return true
        } catch {
            refused.withLock { $0 = error }
            return false
        }
    }
}
