import DashJSON
import Foundation

/// All figures of one run, as a file and as a table.
struct BenchReport {
    var figures: [Figure] = []
    var failures: [String] = []
    /// The PostgreSQL server and its settings.
    var database: String?

    func write(to file: URL) throws {
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let machine = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model = machine.split(separator: "\n").first { $0.hasPrefix("model name") }?.split(separator: ":").last
        let value: JSONValue = [
            "measured_at": .string(Date().formatted(.iso8601)),
            "cores": .number(JSONNumber(ProcessInfo.processInfo.activeProcessorCount)),
            "processor": .string(model.map { String($0).trimmingCharacters(in: .whitespaces) } ?? ""),
            "database": database.map { .string($0) } ?? .null, "figures": .array(figures.map(\.json)),
            "failures": .array(failures.map { .string($0) }),
        ]
        try Data(value.encoded()).write(to: file)
    }

    var table: String {
        var rows = [["figure", "value", "floor", "ratio", "target", ""]]
        for figure in figures {
            rows.append([
                figure.name,
                "\(figure.value.short) \(figure.unit)",
                figure.floor.map { "\($0.short) \(figure.floorName ?? "")" } ?? "",
                figure.ratio.map(\.short) ?? "",
                figure.targetText,
                figure.passes.map { $0 ? "pass" : "SHORT" } ?? "",
            ])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
        }
        let head = database.map { ["on \($0)"] } ?? []
        return (head + lines + failures.map { "FAILED \($0)" }).joined(separator: "\n")
    }
}
