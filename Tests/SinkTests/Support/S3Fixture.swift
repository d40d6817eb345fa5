import DashJSON
import DashModel

@testable import DashConnectors

/// A bucket of the test server.
enum S3Fixture {
    static func client(port: Int, bucket: String) -> S3Client {
        S3Client(
            endpoint: "http://127.0.0.1:\(port)",
            bucket: bucket,
            signature: AWSSignature(accessKeyID: "dash", secretAccessKey: "s3cret", region: "us-east-1"),
            http: TestServers.http,
            clock: SystemClock()
        )
    }

    static func config(port: Int, bucket: String, _ others: JSONObject = [:]) -> JSONValue {
        let config: JSONObject = [
            "endpoint": .string("http://127.0.0.1:\(port)"), "bucket": .string(bucket), "access_key_id": "dash",
            "secret_access_key": "s3cret", "timeout_seconds": 60,
        ]
        return .object(config.merging(others))
    }
}
