package import DashJSON
package import Foundation

/// The folder with the cases of public conformance suites, named by `DASH_CONFORMANCE`.
package enum ConformanceCases {
    package static var folder: URL? {
        if let path = ProcessInfo.processInfo.environment["DASH_CONFORMANCE"] { return URL(filePath: path) }
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let beside = package.deletingLastPathComponent().appending(path: "shared/conformance")
        return FileManager.default.fileExists(atPath: beside.path) ? beside : nil
    }

    package static let limits = JSONLimits(maxBytes: 1 << 30, maxExponent: .max, allowsNullCharacter: true)

    package static func read(_ name: String) throws -> JSONDocument {
        guard let folder else { throw CocoaError(.fileNoSuchFile) }
        return try JSONDocument(parsing: Array(Data(contentsOf: folder.appending(path: name))), limits: limits)
    }
}
