import ArgumentParser

/// `dashd serve`: the server.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Starts the server.")

    @OptionGroup var options: ServerOptions

    @Flag(help: "Fills an empty installation with a demo team, pipelines and a dashboard.")
    var demo = false

    func run() async throws {
        CrashReports.makeShort()
        try await ExitCode.reporting {
            var reader = SettingsReader()
            var settings = try reader.read(options)
            if demo { settings.systemSourceIsOn = true }
            let composition = try await Composition(settings: settings)
            composition.warn(aboutUnknown: reader.unknown)
            try await composition.serve(demo: demo)
        }
    }
}
