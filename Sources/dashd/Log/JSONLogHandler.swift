import DashJSON
import DashModel
import Foundation
import Logging

/// One JSON object a line on standard error, for collectors: `{"time","level","logger","message",…metadata}`.
struct JSONLogHandler: LogHandler {
    let label: String
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = JSONObject()
        line["time"] = .string(SystemClock().now.text)
        line["level"] = .string(event.level.rawValue)
        line["logger"] = .string(label)
        line["message"] = .string(event.message.description)
        var all = metadataProvider?.get() ?? [:]
        all.merge(metadata) { _, own in own }
        all.merge(event.metadata ?? [:]) { _, own in own }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) { line[key] = .string(value.description) }
        if let error = event.error { line["error"] = .string(String(describing: error)) }
        FileHandle.standardError.write(Data(JSONValue.object(line).encoded() + [UInt8(ascii: "\n")]))
    }
}
