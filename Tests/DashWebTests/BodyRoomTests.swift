import DashModel
import DashPipeline
import FoundationEssentials
import HTTPTypes
import Synchronization
import TestSupport
import Testing

@testable import DashAPI
@testable import DashWeb

@Suite("Room for bodies", .timeLimit(.minutes(10)))
struct BodyRoomTests {
    private static func head(_ pipeline: UUID, _ fields: String...) -> String {
        let lines = ["POST /ingest/\(pipeline.text) HTTP/1.1", "Host: x", "Content-Type: application/json"] + fields
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    private static func body(_ size: Int) -> String { "\"" + String(repeating: "a", count: size - 2) + "\"" }

    private static func limits() -> BorderLimits {
        var limits = BorderLimits()
        limits.bodyMemory = 4 << 20
        // For longer than the test takes on any machine.
        limits.bodyPatience = .seconds(600)
        return limits
    }

    @Test("is given out in shares: a team's large body waits for its others to end, not for ever, and nobody else does")
    func shares() async throws {
        let site = try await TestSite(limits: Self.limits())
        let busy = try await site.makeTenant(auth: "none")
        let quiet = try await site.makeTenant(auth: "none")
        let gate = AsyncGate()
        try await site.serve { port in
            @Sendable func post(_ size: Int, to pipeline: UUID) async throws -> Int {
                try await RawClient.with(port) { client in
                    try await client.send(Self.head(pipeline, "Content-Length: \(size)") + Self.body(size))
                    return try await client.answer().status
                }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                // All of the team's share.
                group.addTask { try await site.border.taking(2 << 20, of: .team(busy.team)) { await gate.wait() } }
                try await eventually("the first holds its room") { site.border.bodies.held > 0 }
                group.addTask {
                    let status = try await post(1 << 20, to: busy.pipeline)
                    #expect(status == 202)
                }
                try await eventually("the second waits") { site.border.bodies.waitingCount == 1 }
                #expect(try await post(1 << 20, to: quiet.pipeline) == 202)
                #expect(try await post(1_000, to: busy.pipeline) == 202)
                #expect(site.border.bodies.waitingCount == 1)
                gate.open()
                try await group.waitForAll()
            }
        }
        #expect(site.border.bodies.held == 0)
    }

    @Test("has a few places for what becomes larger than it said, and says so when they are taken")
    func growth() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(auth: "none")
        let places = try (0..<4).map { _ in try site.border.placeForGrowth(.team(tenant.owner.team)) }
        let size = 1 << 20
        let chunked =
            Self.head(tenant.pipeline, "Transfer-Encoding: chunked")
            + String(size, radix: 16) + "\r\n" + Self.body(size) + "\r\n0\r\n\r\n"
        try await site.serve { port in
            let refused = try await RawClient.with(port) { client in
                _ = await client.trySending(chunked)
                return try await client.answer()
            }
            #expect(refused.status == 429)
            #expect(refused["retry-after"] != nil)
            for place in places { place.leave() }
            let taken = try await RawClient.with(port) { client in
                try await client.send(chunked)
                return try await client.answer()
            }
            #expect(taken.status == 202)
        }
    }
}
