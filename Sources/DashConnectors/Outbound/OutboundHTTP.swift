import AsyncHTTPClient
import DashModel
import Foundation
public import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
public import ServiceLifecycle

/// Makes the requests that tenants configure: the host is resolved once, every address checked, the connection made to
/// the checked address with the right Host and SNI, and each redirect checked again.
public final class OutboundHTTP: Service, Sendable {
    private static let maxAddresses = 4
    /// The methods that may be sent again when a connection ends before an answer (RFC 9110 §9.2.2).
    private static let idempotent: [HTTPMethod] = [.GET, .HEAD, .PUT, .DELETE]

    /// For connectors that speak something else than HTTP.
    public let egress: EgressGuard
    private let clients = OutboundClients()

    public init(egress: EgressGuard) { self.egress = egress }

    public convenience init(policy: EgressPolicy, logger: Logger) {
        self.init(egress: EgressGuard(policy: policy, logger: logger))
    }

    /// Keeps connections open until the shutdown, then closes them.
    public func run() async throws {
        try? await gracefulShutdown()
        await close()
    }

    /// Closes every connection; for use outside a service group.
    public func close() async { await clients.closeAll() }

    /// Throws `DashError`: `.forbidden` for an address that may not be reached, `.unavailable` for no answer,
    /// `.tooLarge`, `.invalid` for an URL that is none. Messages name the host, never the path or the query.
    public func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        var request = request
        let secrets = SentSecrets(request)
        var last = try ServerName(URLTarget(request.url))
        for remaining in stride(from: request.maxRedirects, through: 0, by: -1) {
            let target = try URLTarget(request.url)
            var response = try await exchange(request, with: target)
            response.secrets = secrets
            guard (301...308).contains(response.status.code), response.status.code != 304,
                let location = response.headers.first(name: "location"), request.maxRedirects > 0
            else { return response }
            guard remaining > 0 else { break }
            last = ServerName(target)
            request = try Self.redirected(request, from: target, to: location, status: response.status)
        }
        let target = try ServerName(URLTarget(request.url))
        let circle = last == target ? "\(last) again" : "\(target), before that from \(last)"
        throw DashError(
            .invalid,
            "The address redirected more than \(request.maxRedirects) times, at last to \(circle). Is a sign-in missing?"
        )
    }

    /// Tries one address of the host after the other, as long as none takes the connection.
    private func exchange(_ request: OutboundRequest, with target: URLTarget) async throws -> OutboundResponse {
        let addresses = try await egress.resolve(host: target.host, port: target.port, for: request.origin)
        var server = ServerName(target)
        var failure: any Error = DashError(.unavailable, "\(server) could not be reached.")
        for address in addresses.prefix(Self.maxAddresses) {
            server.address = address.text
            do {
                var response = try await exchange(request, at: address, of: target)
                response.server = server
                egress.note(.answered, address, for: request.origin, reason: "\(response.status.code)")
                return response
            } catch {
                failure = OutboundFailure.explained(error, at: server, request)
                let reason = (failure as? DashError)?.message ?? "cancelled"
                egress.note(.failed, address, for: request.origin, reason: reason)
                guard Self.isUnconnected(error) else { break }
            }
        }
        throw failure
    }

    private func exchange(
        _ request: OutboundRequest,
        at address: CheckedAddress,
        of target: URLTarget
    ) async throws -> OutboundResponse {
        let pin = OutboundClients.Target(host: target.host, address: address.text)
        return try await clients.withClient(for: pin, make: { Self.client(pinnedTo: pin) }) { client in
            do {
                return try await Self.exchange(request, on: client)
            } catch let failure as HTTPClientError
                where failure == .remoteConnectionClosed && Self.idempotent.contains(request.method)
            {
                // A connection that was kept open ended just when it was used.
                return try await Self.exchange(request, on: client)
            }
        }
    }

    /// Whether the request can't have been sent, so that another address may be asked.
    private static func isUnconnected(_ error: any Error) -> Bool {
        if let failure = error as? HTTPClientError { return failure == .connectTimeout }
        return error is NIOConnectionError || OutboundFailure.errorNumber(error) == ECONNREFUSED
    }

    private static func client(pinnedTo pin: OutboundClients.Target) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(10))
        configuration.connectionPool.idleTimeout = .seconds(30)
        // The next address is tried instead, or the next run.
        configuration.connectionPool.retryConnectionEstablishment = false
        if IPAddress(text: pin.host) == nil { configuration.dnsOverride = [pin.host: pin.address] }
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    private static func exchange(_ request: OutboundRequest, on client: HTTPClient) async throws -> OutboundResponse {
        var call = HTTPClientRequest(url: request.url)
        call.method = request.method
        call.headers = request.headers
        call.headers.replaceOrAdd(name: "accept-encoding", value: ContentDecoder.accepted)
        if !call.headers.contains(name: "user-agent") { call.headers.add(name: "user-agent", value: "Dash/0.1") }
        if !request.body.isEmpty { call.body = .bytes(ByteBuffer(bytes: request.body)) }
        let deadline = NIODeadline.now() + .seconds(Int64(request.timeoutSeconds))
        let response = try await client.execute(call, deadline: deadline)
        let body = try await AnswerBody(response, limit: request.maxResponseBytes).bytes(until: deadline)
        return OutboundResponse(status: response.status, headers: response.headers, body: body)
    }

    /// The next request of a redirect: 303, and 301 or 302 to a POST, become GET without a body; credentials stay with
    /// the host they were meant for.
    private static func redirected(
        _ request: OutboundRequest,
        from target: URLTarget,
        to location: String,
        status: HTTPResponseStatus
    ) throws -> OutboundRequest {
        guard let base = URL(string: request.url), let url = URL(string: location, relativeTo: base)?.absoluteURL else {
            throw DashError(.invalid, "\(target.host) redirected to an address that can't be read.")
        }
        var next = request
        next.url = url.absoluteString
        if status == .seeOther || (request.method == .POST && [301, 302].contains(status.code)) {
            next.method = .GET
            next.body = []
        }
        if try URLTarget(next.url) != target {
            for name in ["authorization", "cookie", "x-api-key"] { next.headers.remove(name: name) }
            if next.method != .GET, !next.body.isEmpty {
                throw DashError(.invalid, "\(target.host) redirected a request with a body to another host.")
            }
            next.headers = HTTPHeaders(next.headers.filter { ["accept", "user-agent"].contains($0.name.lowercased()) })
        }
        return next
    }
}
