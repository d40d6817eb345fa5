import ArgumentParser
import DashAPI
import DashModel
import DashStorage

/// `dashd token …`
struct Token: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Keys for programs.", subcommands: [Create.self])

    /// `dashd token create`
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes an API token and prints it once.")

        @OptionGroup var options: ServerOptions

        @Option(help: "The slug of the token's team.")
        var team: String

        @Option(help: "What the token is for.")
        var name: String

        @Option(parsing: .upToNextOption, help: "manage, read, ingest or ingest:<pipeline id>; several may follow.")
        var scope: [String]

        func validate() throws {
            for text in scope where TokenScope(text: text) == nil {
                throw ValidationError("--scope must be manage, read, ingest or ingest:<pipeline id>.")
            }
        }

        func run() async throws {
            try await ExitCode.reporting {
                var reader = SettingsReader()
                let composition = try await Composition(settings: try reader.read(options))
                let token = try await composition.accounts.createToken(
                    teamSlug: team,
                    name: name,
                    scopes: scope.compactMap { TokenScope(text: $0) }
                )
                try await composition.store.engine.close()
                print(token)
            }
        }
    }
}
