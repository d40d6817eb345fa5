import DashJSON
import Foundation
import Testing

@Suite("Malformed ingest bodies", .serialized)
struct MalformedIngestTests {
    static let bodies = 10_000
    /// What a debug build may hold at its peak while 32 clients send rubbish, 10 MB bodies among it.
    static let memoryLimit = 600 << 20

    @Test("ten thousand of them give 4xx problems, no crash, bounded memory")
    func refusesThemAll() async throws {
        let seed =
            ProcessInfo.processInfo.environment["DASH_TEST_SEED"].flatMap { UInt64($0) }
            ?? UInt64.random(in: 1...UInt64.max)
        print("seed \(seed): run again with DASH_TEST_SEED=\(seed)")
        let factory = try await MalformedBodies(seed: seed)
        try await DashServer.with(start: false) { server in
            let token = try await Workspace.token(on: server)
            try await server.start()
            let child = try #require(server.child)
            try await HTTP.with(server.base) { http in
                let team = Workspace(http, token: token)
                let pipeline = try await team.createRealtime("rubbish")
                let before = child.memory.resident
                let tally = Tally()

                await withTaskGroup(of: Void.self) { group in
                    for worker in 0..<32 {
                        group.addTask {
                            for number in stride(from: worker, to: Self.bodies, by: 32) {
                                await send(factory.body(number), number, team, pipeline, tally)
                            }
                        }
                    }
                }

                print(
                    "refused by kind: \(tally.counts), memory \(before >> 20) → \(child.memory.resident >> 20) MiB, peak \(child.memory.peak >> 20) MiB"
                )
                for failure in tally.failures.prefix(10) { Issue.record("seed \(seed): \(failure)") }
                #expect(tally.failures.isEmpty, "\(tally.failures.count) of \(Self.bodies)")
                #expect(server.child?.isRunning == true)
                #expect(child.memory.peak < Self.memoryLimit)

                let good = try await team.ingest(["still": "here"], into: pipeline)
                #expect(good.status == 202)
                let stored = try await team.records(of: pipeline)
                #expect(stored == [["still": "here"]])
            }
        }
    }

    private func send(
        _ body: MalformedBodies.Body,
        _ number: Int,
        _ team: Workspace,
        _ pipeline: String,
        _ tally: Tally
    ) async {
        do {
            let reply = try await team.http.send(
                "POST",
                "/ingest/\(pipeline)",
                headers: [("content-type", body.contentType)]
                    + (body.encoding.map { [("content-encoding", $0)] } ?? []),
                body: body.bytes
            )
            let isProblem = reply[header: "content-type"]?.hasPrefix("application/problem+json") == true
            guard (400..<500).contains(reply.status), isProblem, reply.json["status"]?.intValue == reply.status else {
                tally.fail("#\(number) \(body.kind) → \(reply.status) \(reply.text.prefix(200)) for \(body.sample)")
                return
            }
            tally.count(body.kind)
        } catch {
            // A server may answer 413 and close before it has read all; the client then sees a reset.
            if body.kind == .oversize {
                tally.count(body.kind)
            } else {
                tally.fail("#\(number) \(body.kind): \(error) for \(body.sample)")
            }
        }
    }
}
