import DashJSON
import DashModel
import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads /proc. Rates are taken since the pipeline's sample before; the first sample has rates since the start.
final class SystemSampler: Sendable {
    /// Figures that only rise.
    private struct Totals {
        var at: Timestamp
        var busy: Double
        var total: Double
        var received: Double
        var sent: Double
    }

    private let clock: any WallClock
    private let previous = Mutex<[UUID: Totals]>([:])

    init(clock: any WallClock) { self.clock = clock }

    func sample(for pipeline: UUID) throws -> JSONObject {
        let now = try totals()
        let before = previous.withLock { previous in
            defer { previous[pipeline] = now }
            return previous[pipeline]
                ?? Totals(at: now.at - .seconds(1), busy: 0, total: 0, received: now.received, sent: now.sent)
        }
        let seconds = max(Double((now.at - before.at).microseconds) / 1_000_000, 0.001)
        let memory = try self.memory()
        let disk = self.disk()
        let load = try fields("/proc/loadavg")
        var record = JSONObject()
        record["time"] = .string(now.at.text)
        record["host"] = .string(ProcessInfo.processInfo.hostName)
        record["cpu_percent"] = rounded(100 * (now.busy - before.busy) / max(now.total - before.total, 1))
        record["load_1"] = rounded(load.first ?? 0)
        record["load_5"] = rounded(load.dropFirst().first ?? 0)
        record["load_15"] = rounded(load.dropFirst(2).first ?? 0)
        record["memory_used_bytes"] = .number(JSONNumber(Int64(memory.used)))
        record["memory_total_bytes"] = .number(JSONNumber(Int64(memory.total)))
        record["memory_used_percent"] = rounded(100 * memory.used / max(memory.total, 1))
        record["disk_used_bytes"] = .number(JSONNumber(Int64(disk.used)))
        record["disk_total_bytes"] = .number(JSONNumber(Int64(disk.total)))
        record["disk_used_percent"] = rounded(100 * disk.used / max(disk.total, 1))
        record["network_received_bytes_per_second"] = rounded((now.received - before.received) / seconds)
        record["network_sent_bytes_per_second"] = rounded((now.sent - before.sent) / seconds)
        return record
    }

    private func totals() throws -> Totals {
        let cpu = try lines("/proc/stat").first.map { numbers($0) } ?? []
        let total = cpu.prefix(8).reduce(0, +)
        let idle = cpu.dropFirst(3).prefix(2).reduce(0, +)
        var received = 0.0
        var sent = 0.0
        for line in try lines("/proc/net/dev") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) != "lo" else { continue }
            let values = numbers(String(parts[1]))
            guard values.count >= 9 else { continue }
            received += values[0]
            sent += values[8]
        }
        return Totals(at: clock.now, busy: total - idle, total: total, received: received, sent: sent)
    }

    private func memory() throws -> (used: Double, total: Double) {
        var values: [String: Double] = [:]
        for line in try lines("/proc/meminfo") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { values[String(parts[0])] = (numbers(String(parts[1])).first ?? 0) * 1_024 }
        }
        let total = values["MemTotal"] ?? 0
        return (total - (values["MemAvailable"] ?? 0), total)
    }

    private func disk() -> (used: Double, total: Double) {
        var status = statvfs()
        guard statvfs("/", &status) == 0 else { return (0, 0) }
        let unit = Double(status.f_frsize)
        let total = Double(status.f_blocks) * unit
        return (total - Double(status.f_bfree) * unit, total)
    }

    private func fields(_ path: String) throws -> [Double] { try lines(path).first.map { numbers($0) } ?? [] }

    private func lines(_ path: String) throws -> [String] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DashError(.unavailable, "\(path) can't be read; the system source needs Linux.")
        }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func numbers(_ line: String) -> [Double] {
        line.split(whereSeparator: { $0 == " " || $0 == "\t" }).compactMap { Double($0) }
    }

    private func rounded(_ value: Double) -> JSONValue { JSONValue(finite: (value * 100).rounded() / 100) }
}
