import DashJSON
import Foundation
import Testing

/// The folder with the cases of public conformance suites, named by `DASH_CONFORMANCE`.
enum ConformanceCases {
    static var folder: URL? {
        ProcessInfo.processInfo.environment["DASH_CONFORMANCE"].map { URL(filePath: $0) }
    }

    /// Room for the numbers and escapes that a suite tries on purpose.
    static let limits = JSONLimits(maxBytes: 1 << 30, maxExponent: .max, allowsNullCharacter: true)

    static func read(_ name: String) throws -> JSONDocument {
        guard let folder else { throw CocoaError(.fileNoSuchFile) }
        return try JSONDocument(parsing: Array(Data(contentsOf: folder.appending(path: name))), limits: limits)
    }
}

extension Trait where Self == ConditionTrait {
    /// Leaves a suite out on machines without the cases.
    static var needsCases: Self {
        .enabled(if: ConformanceCases.folder != nil, "set DASH_CONFORMANCE to the folder of conformance cases")
    }
}
