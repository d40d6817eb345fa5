import Foundation

/// The Python of the tests' tools, with the reference library of Standard Webhooks.
enum Python {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private static let tools = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: ".build/tools")

    static var isThere: Bool {
        FileManager.default.fileExists(atPath: tools.appending(path: "standardwebhooks.version").path)
    }

    /// What the script prints; throws what it complains about.
    static func run(_ script: String, input: [UInt8]) async throws -> String {
        let process = Process()
        process.executableURL = tools.appending(path: "bin/python3")
        process.arguments = ["-c", script]
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stderr
        let ended = AsyncStream<Int32> { stream in
            process.terminationHandler = {
                stream.yield($0.terminationStatus)
                stream.finish()
            }
        }
        try process.run()
        // Both are small enough for a pipe's own buffer, so that nobody waits for the other.
        try stdin.fileHandleForWriting.write(contentsOf: Data(input))
        try stdin.fileHandleForWriting.close()
        var status: Int32 = -1
        for await code in ended { status = code }
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        let complaint = try stderr.fileHandleForReading.readToEnd() ?? Data()
        guard status == 0 else { throw Failure(description: String(decoding: complaint, as: UTF8.self)) }
        return String(decoding: output, as: UTF8.self)
    }
}
