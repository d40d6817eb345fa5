import Foundation
import Glibc

/// Processor seconds of a process, user and system, as the kernel tells them.
struct ProcessTimes {
    let parent: Int
    let own: Double
    /// Of the children that have ended.
    let ended: Double

    init?(of process: Int) {
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return nil }
        // The program's name, in parentheses, may hold blanks.
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 14, let parent = Int(fields[1]) else { return nil }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        func seconds(_ index: Int) -> Double { (Double(fields[index]) ?? 0) / ticks }
        self.parent = parent
        own = seconds(11) + seconds(12)
        ended = seconds(13) + seconds(14)
    }

    /// A process with all that it started.
    static func tree(of root: Int) -> Double {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int($0) } ?? []
        let children = processes.compactMap { ProcessTimes(of: $0) }.filter { $0.parent == root }
        guard let times = ProcessTimes(of: root) else { return 0 }
        return times.own + times.ended + children.reduce(0) { $0 + $1.own + $1.ended }
    }
}
