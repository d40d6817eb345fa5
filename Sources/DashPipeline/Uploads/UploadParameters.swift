public import DashJSON
public import DashJobs
import DashModel
public import DashStorage
public import FoundationEssentials

/// Which upload to read.
public struct UploadParameters: Sendable {
    public static let queue = "upload"
    static let kind = "pipeline.upload"

    var upload: UUID

    public init(upload: UUID) { self.upload = upload }

    /// One job at most reads an upload; it is tried for as long as the database or the object store are away.
    public func job(team: UUID) -> NewJob {
        NewJob(
            queue: Self.queue,
            kind: Self.kind,
            parameters: json,
            team: team,
            uniqueKey: "upload:\(upload.text)",
            maxAttempts: 10_000
        )
    }
}

extension UploadParameters: JobParameters {
    public init(json: JSONValue) throws {
        guard let upload = json["upload"]?.stringValue.flatMap(UUID.init(uuidString:)) else {
            throw DashError(.invalid, "the parameters name no upload")
        }
        self.init(upload: upload)
    }

    public var json: JSONValue { ["upload": .string(upload.text)] }
}
