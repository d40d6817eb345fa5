import DashModel
import DashPipeline
import NIOCore
import TestSupport
import Testing

@testable import DashAPI
@testable import DashWeb

@Suite("Connections over sockets")
struct SlowConnectionTests {
    /// So short that a test need not wait, for one limit each; the others do not come into play.
    private static func times(_ change: (inout ConnectionTimes) -> Void) -> ConnectionTimes {
        var times = ConnectionTimes.patient
        change(&times)
        return times
    }

    @Test("a silent and a dripping head end", .timeLimit(.minutes(10)))
    func heads() async throws {
        let site = try await TestSite()
        let tried = Tally()
        try await site.serve(times: Self.times { $0.head = .milliseconds(400) }) { port in
            try await RawClient.with(port) { silent in
                let heard = try await silent.hearAll()
                #expect(heard == "")
            }
            // One whose first byte comes too late is taken for silent; its sender comes again.
            try await eventually("the dripping one is told") {
                try await RawClient.with(port) { dripping in
                    for byte in "POST /ingest/x HTTP/1.1\r\nHost: x\r\nX-Long: " {
                        guard await dripping.trySending(String(byte)) else { break }
                        try await Task.sleep(for: .milliseconds(20))
                    }
                    tried.add()
                    return try await dripping.hearAll().hasPrefix("HTTP/1.1 408")
                }
            }
        }
        let ended = "dash_connections_timed_out_total{for=\"head\"} \(1 + tried.count)\n"
        #expect(site.registry.render().contains(ended))
    }

    @Test(
        "of a body that stops nothing is taken, whatever said how long it is",
        .timeLimit(.minutes(10)),
        arguments: [
            "Content-Length: 100\r\n\r\n{\"value\":1}", "Transfer-Encoding: chunked\r\n\r\nb\r\n{\"value\":1}\r\n",
        ]
    )
    func bodies(rest: String) async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(auth: "none")
        try await site.serve(times: Self.times { $0.body = .milliseconds(300) }) { port in
            try await RawClient.with(port) { client in
                try await client.send("POST /ingest/\(tenant.pipeline.text) HTTP/1.1\r\nHost: x\r\n" + rest)
                let answer = try await client.answer()
                #expect(answer.status == 408)
                #expect(answer["content-type"] == "application/problem+json")
                #expect(try await client.hearAll() == "")
            }
        }
        #expect(site.operations.received.isEmpty)
    }

    @Test("a reader who takes nothing of his answers is left", .timeLimit(.minutes(10)))
    func reader() async throws {
        let site = try await TestSite()
        try await site.serve(times: Self.times { $0.answer = .milliseconds(300) }) { port in
            try await RawClient.with(port, readsAhead: false) { client in
                // More than the sockets hold.
                let request = "GET /assets/css/app.css HTTP/1.1\r\nHost: x\r\n\r\n"
                _ = await client.trySending(String(repeating: request, count: 4_000))
                try await eventually("the connection is given up") {
                    site.registry.render().contains("dash_connections_timed_out_total{for=\"answer\"} 1\n")
                }
            }
        }
    }

    @Test("one too many of an address is told so, and may come when another has gone", .timeLimit(.minutes(10)))
    func caps() async throws {
        var limits = BorderLimits()
        limits.addressConnections = 2
        let site = try await TestSite(limits: limits)
        try await site.serve(proxies: TrustedProxies([])) { port in
            try await RawClient.with(port) { first in
                // Only who was answered is surely there.
                try await first.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await first.answer().status == 200)
                try await RawClient.with(port) { second in
                    try await second.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(try await second.answer().status == 200)
                    try await RawClient.with(port) { third in
                        let refused = try await third.answer()
                        #expect(refused.status == 429)
                        #expect(refused["retry-after"] == "10")
                        #expect(refused.body.contains("\"code\":\"rate_limited\""))
                        #expect(try await third.hearAll() == "")
                    }
                    try await second.reset()
                }
                try await eventually("the place is free again") {
                    try await RawClient.with(port) { next in
                        _ = await next.trySending("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                        return try await next.answer().status == 200
                    }
                }
            }
        }
    }

    @Test("what was refused before its body was read is answered, and the connection closed", .timeLimit(.minutes(10)))
    func unread() async throws {
        let site = try await TestSite()
        try await site.serve { port in
            try await RawClient.with(port) { client in
                let body = String(repeating: "x", count: 8 << 20)
                let head = "POST /ingest/nothing HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                // All of it, whether anybody reads it or not.
                _ = await client.trySending(head + body)
                let answer = try await client.answer()
                #expect(answer.status == 404)
                #expect(answer["connection"] == "close")
                #expect(try await client.hearAll() == "")
            }
        }
    }
}
