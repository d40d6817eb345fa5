import ArgumentParser
import DashStorage

/// `dashd migrate`: brings the schema up to date and stops.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Brings the database's schema up to date.")

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await ExitCode.reporting {
            var reader = SettingsReader()
            let composition = try await Composition(settings: try reader.read(options))
            try await composition.store.engine.close()
            print("The schema is up to date: \(composition.engine.description).")
        }
    }
}
