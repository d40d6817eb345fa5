import ArgumentParser
import DashModel
import Foundation
import NIOCore

extension ExitCode {
    /// sysexits' EX_CONFIG: a setting is wrong.
    static let configuration = ExitCode(78)

    /// Runs a command's body and tells errors in words a person can act on.
    static func reporting(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as SettingsError {
            FileHandle.standardError.write(Data("dashd: the start stopped at its settings.\n\(error)\n".utf8))
            throw ExitCode.configuration
        } catch let error as DashError {
            FileHandle.standardError.write(Data("dashd: \(String(reflecting: error))\n".utf8))
            throw ExitCode.failure
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            let text = "dashd: the address is taken by another program; choose another with --host or --port.\n"
            FileHandle.standardError.write(Data(text.utf8))
            throw ExitCode.failure
        }
    }
}
