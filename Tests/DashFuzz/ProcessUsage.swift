import Foundation

/// What a process has taken of the machine so far.
struct ProcessUsage {
    let seconds: Double
    let megabytes: Int
    let peakMegabytes: Int
    /// Whether a backtrace of it is being written: it has crashed already.
    let isTracing: Bool

    /// nil when there is no such process.
    init?(of process: Int32) {
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let name = stat.lastIndex(of: ")")
        else { return nil }
        // Behind the name: state, parent, …; the 12th and 13th of them are the ticks in user and system mode.
        let fields = stat[stat.index(after: name)...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[11]), let system = Double(fields[12]) else { return nil }
        seconds = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
        func kilobytes(_ key: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(key) }
            return line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
        }
        megabytes = kilobytes("VmRSS:") / 1_024
        peakMegabytes = kilobytes("VmHWM:") / 1_024
        isTracing = fields[0] == "t" || fields[0] == "T"
    }
}
