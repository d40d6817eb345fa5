import Foundation

/// Where the tests find what was built and where they leave what they saw.
enum Paths {
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The server of the same build as this test bundle.
    static var dashd: URL {
        if let named = ProcessInfo.processInfo.environment["DASHD"] { return URL(filePath: named) }
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = URL(filePath: bundle).deletingLastPathComponent().appending(path: "dashd")
        if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
        return repository.appending(path: ".build/debug/dashd")
    }

    /// The Python of the browser driver; nil where `scripts/setup test` hasn't run.
    static var python: URL? {
        let python = repository.appending(path: ".build/tools/bin/python3")
        return FileManager.default.isExecutableFile(atPath: python.path) ? python : nil
    }

    static let screenshots = repository.appending(path: ".build/screenshots")

    static func temporaryDirectory() throws -> URL {
        let directory = FileManager.default.temporaryDirectory.appending(path: "dash-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        return directory
    }
}
