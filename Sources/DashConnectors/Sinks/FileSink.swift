import DashJSON
import DashModel
import DashPipeline
import DashStorage
import NIOPosix

/// Appends records to a file of the team, one a line, on disk before the delivery counts as done.
struct FileSink: Sink {
    static func kind(directory: String) -> SinkKind {
        SinkKind(
            name: "file",
            title: "NDJSON file",
            summary: "Appends the records to a file on the server, one JSON object a line.",
            fields: [
                ConfigField(
                    "path",
                    .string,
                    required: true,
                    label: "file name",
                    help: "Below the team's folder of the server's data: readings.ndjson."
                )
            ],
            make: { config in
                FileSink(directory: directory, name: try FileSink.checkedName(config["path"]?.stringValue ?? ""))
            }
        )
    }

    let directory: String
    let name: String

    /// Throws `DashError` `.invalid` for a name that leads out of the team's folder.
    static func checkedName(_ name: String) throws -> String {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isSafe = parts.allSatisfy { part in
            !part.isEmpty && !part.hasPrefix(".") && part.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != 0x5C }
        }
        guard isSafe, name.utf8.count <= 200 else {
            throw DashError(
                .invalid,
                "The file name must be relative, like readings.ndjson, without spaces or parts that start with a dot.",
                issues: [.init(pointer: "/sink_config/path", message: "must be a plain relative file name")]
            )
        }
        return name
    }

    func send(_ delivery: Delivery) async throws {
        let file = AppendedFile(path: "\(directory)/\(delivery.team.text)/\(name)")
        let lines = delivery.records.lines
        let id = delivery.id
        do {
            try await NIOThreadPool.singleton.runIfActive { try file.append(lines, delivery: id) }
        } catch let error as FileError {
            throw DashError(.unavailable, "The file could not be written: \(error).")
        }
    }
}
