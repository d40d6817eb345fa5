import DashJSON
import Foundation
import TestSupport
import Testing

@Suite("From curl to a sink that was down", .serialized)
struct DeliveryTests {
    @Test("a realtime pipeline fed by curl, p2p behind it, a webhook sink that misses nothing and keeps the order")
    func journey() async throws {
        let receiver = Receiver()
        let receiverPort = try freePort()
        try await DashServer.with(start: false) { server in
            let token = try await Workspace.token(on: server)
            try await server.start()
            try await HTTP.with(server.base) { http in
                let team = Workspace(http, token: token)
                let upstream = try await team.createRealtime("orders")
                let behind = try await team.createDownstream("orders, seen from behind", of: upstream)
                let url = "http://127.0.0.1:\(receiverPort)/hook"
                _ = try await team.createSink("webhook", ["url": .string(url)], on: behind)

                try await WebServer.with(receiver.router, port: receiverPort) { _ in
                    try await curl(0..<10, to: server, upstream, token)
                    try await eventually("the first records reach the receiver") {
                        receiver.records.count == 10 ? true : nil
                    }
                }

                // Nobody listens: connections are refused.
                for start in stride(from: 10, to: 60, by: 10) {
                    try await curl(start..<start + 10, to: server, upstream, token)
                }
                try await eventually("Dash tried a receiver that is gone") {
                    let deliveries = try await team.list("/api/v1/deliveries?page%5Bsize%5D=100")
                    return deliveries.contains { delivery in
                        let attributes = delivery["attributes"]
                        return attributes?["status"]?.stringValue != "delivered"
                            && attributes?["attempts"]?.intValue ?? 0 > 0
                    } ? true : nil
                }
                #expect(receiver.records.count == 10)

                // Somebody listens and says no; then yes.
                receiver.isDown = true
                try await WebServer.with(receiver.router, port: receiverPort) { _ in
                    for start in stride(from: 60, to: 100, by: 10) {
                        try await curl(start..<start + 10, to: server, upstream, token)
                    }
                    try await eventually("a receiver in trouble was tried") {
                        receiver.refused >= 1 ? true : nil
                    }
                    receiver.isDown = false
                    try await eventually("every record is delivered") {
                        receiver.records.count >= 100 ? true : nil
                    }
                }
                #expect(receiver.records.map { $0["n"]?.intValue } == Array(0..<100))
                let stored = try await team.records(of: behind)
                #expect(stored.map { $0["n"]?.intValue } == Array(0..<100))
                try await eventually("every delivery is settled") {
                    let deliveries = try await team.list("/api/v1/deliveries?page%5Bsize%5D=100")
                    let isDone = deliveries.allSatisfy { $0["attributes"]?["status"]?.stringValue == "delivered" }
                    return isDone && !deliveries.isEmpty ? true : nil
                }
            }
        }
    }

    /// As the README shows it: one `curl` for each batch.
    private func curl(_ range: Range<Int>, to server: DashServer, _ pipeline: String, _ token: String) async throws {
        let body = JSONValue.array(range.map { ["n": .number(JSONNumber($0)), "order": ["city": "Delft"]] }).text
        let result = try await ChildProcess.run(
            URL(filePath: "/usr/bin/env"),
            [
                "curl", "--silent", "--show-error", "--write-out", " %{http_code}", "--header",
                "Authorization: Bearer \(token)", "--json", body, "\(server.base)/ingest/\(pipeline)",
            ],
            environment: server.environment
        )
        #expect(result.code == 0)
        #expect(result.output.hasSuffix("202"), "\(result.output)")
    }
}
