import DashModel
import DashPipeline
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import DashConnectors

@Suite struct EgressGuardTests {
    private let origin = EgressOrigin(team: .v7(), pipeline: .v7())

    private func guarding(
        _ answers: [String: [[String]]],
        allowing ranges: [String] = [],
        log: CollectingLog,
        metrics: MetricsRegistry = MetricsRegistry()
    ) -> EgressGuard {
        EgressGuard(
            policy: EgressPolicy(allowing: ranges.compactMap { AddressRange($0) }),
            resolver: ScriptedResolver(answers),
            metrics: metrics,
            logger: log.logger
        )
    }

    @Test(arguments: [
        "127.0.0.1", "[::1]", "::1", "169.254.169.254", "0.0.0.0", "[::]", "10.0.0.8", "100.100.100.200", "2130706433",
        "0x7f.0.0.1", "0177.0.0.01", "127.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "[::ffff:0:7f00:1]",
        "[fd00:ec2::254]", "[fe80::1]", "[ff02::1]", "[5f00::1]", "[4000::1]", "224.0.0.1", "255.255.255.255",
        "192.168.0.1.", "inside.test", "mixed.test",
    ])
    func refusesAndLogsWhatIsNotPublic(host: String) async throws {
        let log = CollectingLog()
        let metrics = MetricsRegistry()
        let egress = guarding(
            ["inside.test": [["192.168.7.7"]], "mixed.test": [["1.1.1.1", "127.0.0.1"]]],
            log: log,
            metrics: metrics
        )
        let error = await #expect(throws: DashError.self) {
            try await egress.resolve(host: host, port: 443, for: origin)
        }
        #expect(error?.code == .forbidden)
        let line = try #require(log.lines.first)
        #expect(log.lines.count == 1)
        #expect(line.level == .warning)
        #expect(line["outcome"] == "refused")
        #expect(line["host"] == host)
        #expect(line["team"] == origin.team.text)
        #expect(line["pipeline"] == origin.pipeline.text)
        #expect(line["reason"] == error?.message)
        #expect(metrics.render().contains("dash_egress_requests_total{outcome=\"refused\"} 1\n"))
    }

    @Test func givesEveryAddressOfAPublicHost() async throws {
        let log = CollectingLog()
        let egress = guarding(["api.test": [["2606:4700::1111", "1.1.1.1"]]], log: log)
        let found = try await egress.resolve(host: "API.test", port: 6_379, for: origin)
        #expect(found.map(\.text) == ["2606:4700::1111", "1.1.1.1"])
        #expect(found.allSatisfy { $0.host == "api.test" && $0.port == 6_379 && $0.socketAddress.port == 6_379 })
    }

    @Test func tellsThatANameIsUnknown() async throws {
        let log = CollectingLog()
        let error = await #expect(throws: DashError.self) {
            try await guarding([:], log: log).resolve(host: "nobody.test", port: 1)
        }
        #expect(error?.code == .unavailable)
        #expect(log.lines.first?["outcome"] == "unresolved")
        await #expect(throws: DashError.self) { try await guarding([:], log: log).resolve(host: "a.test", port: 0) }
    }

    @Test func checksAddressesThatCameAnotherWay() throws {
        let log = CollectingLog()
        let egress = guarding([:], log: log)
        try egress.check(try #require(IPAddress(text: "8.8.8.8")), host: "broker.test")
        #expect(throws: DashError.self) {
            try egress.check(try #require(IPAddress(text: "10.0.0.1")), host: "broker.test", for: origin)
        }
        #expect(log.lines.map { $0["address"] } == ["10.0.0.1"])
    }

    // MARK: Over HTTP, against real servers on two loopback addresses: 127.0.0.1 plays the public internet.

    /// What two servers got, as Host headers.
    private final class Visits: Sendable {
        private let seen = Mutex<[String]>([])
        var hosts: [String] { seen.withLock { $0 } }
        func note(_ host: String) { seen.withLock { $0.append(host) } }
    }

    private func withServer(
        at address: String,
        port: Int = 0,
        _ visits: Visits,
        _ body: @Sendable (Int) async throws -> Void
    ) async throws {
        let router = Router()
        router.get("**") { request, _ in
            visits.note(request.head.authority ?? "")
            guard let target = request.uri.queryParameters["to"] else { return Response(status: .ok) }
            return Response(status: .found, headers: [.location: String(target)])
        }
        let app = Application(router: router, configuration: .init(address: .hostname(address, port: port)))
        try await app.test(.live) { try await body($0.port ?? 0) }
    }

    private func send(_ url: String, _ http: OutboundHTTP) async throws -> OutboundResponse {
        try await http.send(OutboundRequest(url: url, timeoutSeconds: 300, maxRedirects: 3, origin: origin))
    }

    @Test func aRebindingNameIsAskedOnceAndReachesOnlyTheCheckedAddress() async throws {
        let (open, inner) = (Visits(), Visits())
        try await withServer(at: "127.0.0.1", open) { port in
            try await withServer(at: "127.0.0.2", port: port, inner) { _ in
                let log = CollectingLog()
                let resolver = ScriptedResolver(["rebind.test": [["127.0.0.1"], ["127.0.0.2"]]])
                let policy = EgressPolicy(allowing: ["127.0.0.1"].compactMap { AddressRange($0) })
                let http = OutboundHTTP(egress: EgressGuard(policy: policy, resolver: resolver, logger: log.logger))
                // The system knows no such name: only the address that was checked can have answered.
                let outcome = await Result { try await send("http://rebind.test:\(port)/a?key=secret", http) }
                #expect(resolver.lookUps == 1)
                let refused = await Result { try await send("http://rebind.test:\(port)/b?key=secret", http) }
                await http.close()
                let response = try outcome.get()
                #expect(response.status.code == 200)
                #expect(throws: DashError.self) { try refused.get() }
                #expect(open.hosts == ["rebind.test:\(port)"])
                #expect(inner.hosts.isEmpty)
                #expect(log.lines.map { $0["outcome"] } == ["answered", "refused"])
                #expect(log.lines.first?["address"] == "127.0.0.1")
                #expect(log.lines.first?["team"] == origin.team.text)
                #expect(!log.lines.contains { "\($0)".contains("secret") })
            }
        }
    }

    @Test(arguments: [
        "http://127.0.0.2:PORT/", "http://169.254.169.254/latest/meta-data", "http://[::1]:PORT/",
        "http://0.0.0.0:PORT/",
        "http://2130706434:PORT/", "http://0177.0.0.2:PORT/", "http://127.2:PORT/", "//127.0.0.2:PORT/x",
        "http://rebind.test:PORT/again", "http://inner.test:PORT/", "http://%31%32%37.0.0.2:PORT/",
    ])
    func aRedirectToWhatIsNotPublicIsRefused(location: String) async throws {
        let (open, inner) = (Visits(), Visits())
        try await withServer(at: "127.0.0.1", open) { port in
            try await withServer(at: "127.0.0.2", port: port, inner) { _ in
                let log = CollectingLog()
                let egress = guarding(
                    ["rebind.test": [["127.0.0.1"], ["127.0.0.2"]], "inner.test": [["127.0.0.2"]]],
                    allowing: ["127.0.0.1"],
                    log: log
                )
                let http = OutboundHTTP(egress: egress)
                let target =
                    location.replacing("PORT", with: "\(port)")
                    .addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                let outcome = await Result { try await send("http://rebind.test:\(port)/from?to=\(target)", http) }
                await http.close()
                let error = #expect(throws: DashError.self) { try outcome.get() }
                #expect(error?.code == .forbidden)
                #expect(open.hosts.count == 1)
                #expect(inner.hosts.isEmpty)
                #expect(log.lines.map { $0["outcome"] } == ["answered", "refused"])
            }
        }
    }

    @Test func goesOnToTheNextAddressWhenOneTakesNoConnection() async throws {
        let open = Visits()
        try await withServer(at: "127.0.0.1", open) { port in
            let log = CollectingLog()
            let egress = guarding(["two.test": [["127.0.0.3", "127.0.0.1"]]], allowing: ["127.0.0.0/8"], log: log)
            let http = OutboundHTTP(egress: egress)
            let outcome = await Result { try await send("http://two.test:\(port)/x", http) }
            await http.close()
            let response = try outcome.get()
            #expect(response.status.code == 200)
            #expect(log.lines.map { $0["address"] } == ["127.0.0.3", "127.0.0.1"])
            #expect(log.lines.map { $0["outcome"] } == ["failed", "answered"])
        }
    }
}
