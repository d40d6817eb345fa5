import Foundation

/// The process with the viewers, seen from the benchmark.
final class ViewerCrowd {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    init(port: Int, path: String, count: Int, token: String? = nil) throws {
        process.executableURL = BenchRun.program
        process.arguments =
            ["viewers", "--port", String(port), "--path", path, "--count", String(count)]
            + (token.map { ["--token", $0] } ?? [])
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        guard try line() == "open" else { throw BenchError("the viewers could not open \(path)") }
    }

    deinit { stop() }

    /// Bytes that all viewers together have received so far.
    func received() throws -> Int {
        try input.fileHandleForWriting.write(contentsOf: Data("?\n".utf8))
        guard let count = Int(try line()) else { throw BenchError("the viewers are gone") }
        return count
    }

    func stop() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }

    private func line() throws -> String {
        var bytes = Data()
        while let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty {
            if byte.first == 10 { break }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
