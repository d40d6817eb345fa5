import ArgumentParser

/// The program's command line.
@main
struct Dashd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashd",
        abstract: "Turns any JSON source into stored history and a live dashboard.",
        version: "0.1.0",
        subcommands: [
            Serve.self, Migrate.self, Copy.self, Check.self, WriteReference.self, User.self, Token.self, Keys.self,
        ],
        defaultSubcommand: Serve.self
    )
}
