import Foundation
import Testing

@Suite("curl")
struct CurlTests {
    @Test(
        "a body above 1 MB is asked for at once, and what is refused by its head sends none of it",
        .timeLimit(.minutes(20))
    )
    func expects() async throws {
        try await DashServer.with(start: false) { server in
            let token = try await Workspace.token(on: server)
            try await server.start()
            let pipeline = try await HTTP.with(server.base) { http in
                try await Workspace(http, token: token).createRealtime("large")
            }
            let file = server.data.appending(path: "large.ndjson")
            let lines = String(repeating: "{\"text\":\"\(String(repeating: "x", count: 1_000))\"}\n", count: 2_000)
            try lines.write(to: file, atomically: true, encoding: .utf8)
            let accepted = try await curl(server.base + "/ingest/\(pipeline)", token: token, file)
            #expect(accepted.contains("< HTTP/1.1 100 Continue"))
            #expect(accepted.contains("< HTTP/1.1 202"))
            let refused = try await curl(server.base + "/ingest/\(pipeline)", token: "nonsense", file)
            #expect(!refused.contains("100 Continue"))
            #expect(refused.contains("< HTTP/1.1 401"))
            #expect(refused.contains("sent 0 bytes"))
        }
    }

    /// What curl tells of a post that waits for the word as curl does by itself.
    private func curl(_ address: String, token: String, _ file: URL) async throws -> String {
        let told = "sent %{size_upload} bytes in %{time_total} s\n"
        let run = try await ChildProcess.run(
            URL(filePath: "/usr/bin/env"),
            [
                "curl", "-sv", "--http1.1", "-o", "/dev/null", "-w", told, "-H", "Authorization: Bearer \(token)",
                "-H", "Content-Type: application/x-ndjson", "--data-binary", "@" + file.path, address,
            ],
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
        )
        let output = run.output.replacingOccurrences(of: "\r", with: "")
        print(
            output.split(separator: "\n").filter { $0.hasPrefix("sent") || $0.hasPrefix("< HTTP") }.joined(
                separator: ", "
            )
        )
        return output
    }
}
