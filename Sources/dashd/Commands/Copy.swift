import ArgumentParser
import DashAPI
import DashStorage
import Foundation
import Logging

/// `dashd copy`: moves an embedded installation up to PostgreSQL.
struct Copy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copies an embedded installation to PostgreSQL, and goes on where an earlier start was stopped."
    )

    @Option(help: "The installation to copy, as sqlite:PATH. It must not be served meanwhile.")
    var from: String

    @Option(help: "The empty database to copy to, as postgres://…; DASH_DATABASE_URL when left out.")
    var to: String?

    func run() async throws {
        try await ExitCode.reporting {
            var reader = SettingsReader()
            let settings = try reader.readCopy(from: from, to: to)
            try await copy(settings)
        }
    }

    private func copy(_ settings: CopySettings) async throws {
        let logger = LogOutput.start(level: "warning")
        guard FileManager.default.fileExists(atPath: settings.source) else {
            throw SettingsError(issues: [
                .init(key: "--from", form: "must name a database file that is there", fix: "Look at its path again.")
            ])
        }
        let lock = try InstallationLock(database: settings.source)
        let (keys, keyFile) = try keys(settings)
        let ends = try await CopyEnds(settings, sealer: try AESGCMSealer(keys: keys), logger: logger)
        // Before anything is copied: with a key missing the copy would be of no use.
        _ = try await SealedConfigs.open(in: ends.source.store.resources)
        let meter = CopyMeter()
        let tables = try await TableCopy(from: ends.source, to: ends.target).run { meter.take($0) }
        meter.finish()
        let sealed = try await SealedConfigs.open(in: ends.target.store.resources)
        try await ends.close()
        withExtendedLifetime(lock) {}
        report(tables, sealed: sealed, keyFile: keyFile, settings)
    }

    /// The keys, and the file that they are from when no setting names them.
    private func keys(_ settings: CopySettings) throws -> ([String], file: String?) {
        if let keys = settings.secretKeys { return (keys, nil) }
        let folder = URL(fileURLWithPath: settings.source).deletingLastPathComponent().path
        let file = folder + "/secret.key"
        guard FileManager.default.fileExists(atPath: file) else {
            throw SettingsError(issues: [
                .init(
                    key: "DASH_SECRET_KEYS",
                    form: "must be set: there is no \(file)",
                    fix: "Set it to the keys of the installation that is copied."
                )
            ])
        }
        return ([try SecretKeyFile.load(in: folder)], file)
    }

    private func report(_ tables: [CopiedTable], sealed: Int, keyFile: String?, _ settings: CopySettings) {
        let width = tables.map(\.table.count).max() ?? 0
        for table in tables {
            let name = table.table.padding(toLength: width, withPad: " ", startingAt: 0)
            print("\(name)  \(table.source.checksum)  \(table.source.rows) rows")
        }
        print(
            "Copied \(tables.reduce(0) { $0 + $1.source.rows }) rows to \(settings.target.url); both sides are equal."
        )
        print("\(sealed) sealed configs open with these keys.")
        if let keyFile { print("On every node set DASH_SECRET_KEYS to the content of \(keyFile).") }
    }
}
