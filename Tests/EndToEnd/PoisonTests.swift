import DashJSON
import Foundation
import HTTPTypes
import Hummingbird
import TestSupport
import Testing

/// A job at which the process ends each time must not end it for ever.
@Suite("jobs that end the process", .serialized)
struct PoisonTests {
    /// Leases and the spread of starts take their time: in `make soak` only.
    @Test(
        "a poll that was under way at three ends of the server waits for somebody to resume it",
        .enabled(if: FaultScene.isSoak, "DASH_SOAK is not set")
    )
    func pollsAreSetAside() async throws {
        let upstream = StallingUpstream()
        try await WebServer.with(upstream.router) { port in
            try await DashServer.with(start: false) { server in
                let token = try await Workspace.token(on: server)
                try await server.start()
                let id = try await HTTP.with(server.base) { http in
                    try await Workspace(http, token: token).create(
                        "pipelines",
                        [
                            "name": "stalled", "type": "polling", "interval_seconds": 3_600, "source_type": "http",
                            "source_config": ["url": .string("http://127.0.0.1:\(port)/"), "timeout_seconds": 60],
                        ]
                    )
                }
                for start in 1...3 {
                    try await eventually("start \(start) of the poll", within: .seconds(300)) {
                        upstream.requests >= start ? true : nil
                    }
                    await server.kill()
                    try await server.start()
                }
                try await HTTP.with(server.base) { http in
                    let team = Workspace(http, token: token)
                    let reason = try await eventually("it is set aside", within: .seconds(300)) {
                        let row = try await team.attributes("pipelines", id)
                        return row["status"] == "paused" ? row["error_message"]?.stringValue : nil
                    }
                    #expect(reason.contains("The server ended 3 times in a row"))
                    #expect(upstream.requests == 3)
                    let resumed = try await http.with(token: token).send("POST", "/api/v1/pipelines/\(id)/resume")
                    #expect(resumed.status == 200)
                    let ran = try await http.with(token: token).send("POST", "/api/v1/pipelines/\(id)/run")
                    #expect(ran.status == 202)
                    try await eventually("it is tried again") { upstream.requests == 4 ? true : nil }
                }
            }
        }
    }
}
