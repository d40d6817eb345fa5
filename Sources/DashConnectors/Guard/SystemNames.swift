import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The system's resolver: files, name servers, whatever the machine is set up to ask.
public struct SystemNames: NameService {
    public init() {}

    public func lookUp(_ host: String) -> NameAnswer {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else { return Self.failure(code) }
        defer { freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var next = list
        while let entry = next {
            if let address = Self.address(entry.pointee) { found.append(address) }
            next = entry.pointee.ai_next
        }
        return found.isEmpty ? .none : .found(found)
    }

    private static func failure(_ code: Int32) -> NameAnswer {
        switch code {
        case EAI_NONAME, -5: .none  // -5: EAI_NODATA, which is no part of POSIX
        case EAI_AGAIN: .failed("its name server does not answer")
        default: .failed(gai_strerror(code).map { String(cString: $0).lowercased() } ?? "error \(code)")
        }
    }

    private static func address(_ entry: addrinfo) -> SocketAddress? {
        guard let raw = UnsafeRawPointer(entry.ai_addr) else { return nil }
        switch entry.ai_family {
        case AF_INET: return SocketAddress(raw.loadUnaligned(as: sockaddr_in.self))
        case AF_INET6: return SocketAddress(raw.loadUnaligned(as: sockaddr_in6.self))
        default: return nil
        }
    }
}
