import DashJSON
import DashModel
import DashPipeline
import FoundationEssentials
import TestSupport
import Testing

@testable import DashAPI
@testable import DashWeb

@Suite("How many live views there may be", .timeLimit(.minutes(10)))
struct StreamCapTests {
    private static func limits(team: Int = 100, link: Int = 100, address: Int = 100) -> BorderLimits {
        var limits = BorderLimits()
        (limits.teamStreams, limits.linkStreams, limits.addressStreams) = (team, link, address)
        return limits
    }

    /// Opens a stream and says what it was answered; one that is open stays so for as long as the client lives.
    private static func open(_ client: RawClient, _ path: String, _ fields: [String] = []) async throws
        -> RawClient.Answer
    {
        let lines = ["GET \(path) HTTP/1.1", "Host: x", "Accept: text/event-stream"] + fields
        try await client.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
        return try await client.answer()
    }

    private static func from(_ address: String) -> String { "X-Forwarded-For: " + address }

    @Test("of an address, a link and a team; who is refused is told before it becomes a stream, others go on")
    func caps() async throws {
        let cases = [
            (Self.limits(address: 1), ["203.0.113.1", "203.0.113.1"], "This address has 1 live views open", "address"),
            (Self.limits(link: 1), ["203.0.113.1", "203.0.113.2"], "This link has 1 live views open", "link"),
            (Self.limits(team: 1), ["203.0.113.1", "203.0.113.2"], "The team has 1 live views open", "team"),
        ]
        for (limits, addresses, reason, whose) in cases {
            let site = try await TestSite(limits: limits)
            let tenant = try await site.makeTenant()
            let dashboard = try await site.makeDashboard(as: tenant.owner)
            guard
                case .row(let shared) = try await site.resources.act(
                    "share",
                    on: Resources.dashboards,
                    id: dashboard,
                    as: tenant.owner
                ),
                let link = shared.secret
            else {
                Issue.record("the dashboard was not shared")
                return
            }
            let path = "/d/\(link)/live"
            try await site.serve { port in
                try await RawClient.with(port) { first in
                    #expect(try await Self.open(first, path, [Self.from(addresses[0])]).status == 200)
                    try await RawClient.with(port) { second in
                        let refused = try await Self.open(second, path, [Self.from(addresses[1])])
                        #expect(refused.status == 429)
                        #expect(refused["retry-after"] == "10")
                        #expect(refused["content-type"] == "application/problem+json")
                        #expect(refused.body.contains(reason), "\(refused.body)")
                    }
                    #expect(site.live.viewerCount == 1)
                    try await first.reset()
                }
                // The one that went without a word leaves its place at once.
                try await eventually("the place is free") { site.live.viewerCount == 0 }
                try await RawClient.with(port) { third in
                    let answer = try await Self.open(third, path, [Self.from(addresses[0])])
                    #expect(answer.status == 200)
                }
            }
            let counted = "dash_border_cap_refused_total{kind=\"live views\",of=\"\(whose)\"} 1\n"
            #expect(site.registry.render().contains(counted))
        }
    }

    @Test("a proxy that names nobody stands for many")
    func unnamed() async throws {
        let site = try await TestSite(limits: Self.limits(address: 1))
        let tenant = try await site.makeTenant()
        let token = "Authorization: Bearer " + (try await site.makeToken(["read"], as: tenant.owner))
        let path = "/live/pipelines/" + tenant.pipeline.text
        try await site.serve { port in
            try await RawClient.with(port) { first in
                #expect(try await Self.open(first, path, [token]).status == 200)
                try await RawClient.with(port) { second in
                    let answer = try await Self.open(second, path, [token])
                    #expect(answer.status == 200)
                }
            }
        }
    }
}
