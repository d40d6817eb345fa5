import DashJSON
import DashModel
import DashPipeline
import DashStorage
import Foundation
import NIOPosix

/// Writes each delivery as one object, named by the delivery's id and put into folders by time, so that a repeat
/// replaces the same object. A batch of deliveries is one object under the first one's id.
struct S3Sink: Sink {
    static func kind(http: OutboundHTTP, clock: any WallClock) -> SinkKind {
        SinkKind(
            name: "s3",
            title: "S3 or R2 bucket",
            summary: "Writes the records as NDJSON objects, in folders by time.",
            fields: [
                ConfigField(
                    "endpoint",
                    .url,
                    required: true,
                    help: "https://s3.eu-central-1.amazonaws.com, or https://ACCOUNT.r2.cloudflarestorage.com."
                ),
                ConfigField("region", .string, default: "us-east-1", help: "auto for R2."),
                ConfigField("bucket", .string, required: true, place: true),
                ConfigField("prefix", .string, help: "The folder in the bucket; empty for none."),
                ConfigField(
                    "partition",
                    .choice(["day", "hour", "none"]),
                    default: "day",
                    help: "day: dt=2026-01-31. hour: dt=2026-01-31/hour=07. In UTC, by the time of receipt."
                ),
                ConfigField("compression", .choice(["gzip", "none"]), default: "gzip"),
                ConfigField("access_key_id", .string, required: true, label: "access key id"),
                ConfigField("secret_access_key", .string, required: true, secret: true, label: "secret access key"),
                ConfigField("timeout_seconds", .integer(1...600), default: 60),
            ],
            batching: SinkBatching(records: 1, bytes: 8 << 20),
            make: { try S3Sink($0, http: http, clock: clock) }
        )
    }

    private let client: S3Client
    private let prefix: String
    private let partition: String
    private let compresses: Bool

    init(_ config: JSONValue, http: OutboundHTTP, clock: any WallClock) throws {
        var config = SinkConfig(config)
        let bucket = config.text("bucket")
        prefix = config.text("prefix").split(separator: "/").joined(separator: "/")
        if bucket.contains("/") || !(3...63).contains(bucket.utf8.count) {
            config.report("bucket", "must be a bucket's name, of 3 to 63 characters")
        }
        if prefix.utf8.count > 500 || prefix.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }) {
            config.report("prefix", "must be a folder like exports/readings, of at most 500 bytes")
        }
        try config.check()
        partition = config.text("partition", default: "day")
        compresses = config.text("compression", default: "gzip") == "gzip"
        client = S3Client(
            endpoint: config.text("endpoint"),
            bucket: bucket,
            signature: AWSSignature(
                accessKeyID: config.text("access_key_id"),
                secretAccessKey: config.secret("secret_access_key"),
                region: config.text("region", default: "us-east-1")
            ),
            http: http,
            clock: clock,
            timeoutSeconds: config.int("timeout_seconds", default: 60)
        )
    }

    func send(_ delivery: Delivery) async throws { try await send([delivery]) }

    func send(_ deliveries: [Delivery]) async throws {
        guard let first = deliveries.first else { return }
        let compresses = compresses
        let body = try await NIOThreadPool.singleton.runIfActive {
            let lines = deliveries.reduce(into: [UInt8]()) { $0 += $1.records.lines }
            return compresses ? try Gzip.compress(lines) : lines
        }
        try await client.asked(for: EgressOrigin(first)).put(
            body,
            key: key(of: first),
            contentType: compresses ? "application/gzip" : "application/x-ndjson"
        )
    }

    /// Writes and deletes an empty object: rights to list are not needed to send.
    func test(for origin: EgressOrigin) async throws {
        let key = path(["dash-connection-test"])
        let client = client.asked(for: origin)
        try await client.put([], key: key, contentType: "application/octet-stream")
        // Rights to delete aren't needed, either.
        _ = try? await client.delete(key: key)
    }

    func key(of delivery: Delivery) -> String {
        let time = delivery.receivedAt.text
        let folders: [String] =
            switch partition {
            case "none": []
            case "hour": ["dt=\(time.prefix(10))", "hour=\(time.dropFirst(11).prefix(2))"]
            default: ["dt=\(time.prefix(10))"]
            }
        return path(folders + [delivery.id.text + ".ndjson" + (compresses ? ".gz" : "")])
    }

    private func path(_ parts: [String]) -> String {
        ((prefix.isEmpty ? [] : [prefix]) + parts).joined(separator: "/")
    }
}
