import Foundation

/// What every benchmark is told.
struct BenchRun {
    var server: URL
    /// Interleaved repetitions; figures are medians over them.
    var rounds: Int
    /// One timed window.
    var seconds: Double
    /// The PostgreSQL server that is measured on; nil when none is named.
    var database: DatabaseServer?

    /// This program, for the processes it starts beside itself.
    static var program: URL {
        URL(filePath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "")
    }
}

struct BenchError: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
