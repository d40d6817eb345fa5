import ArgumentParser
import DashAPI
import DashModel
import DashStorage
import Foundation

/// `dashd user …`
struct User: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "People who sign in.",
        subcommands: [Create.self, Reset.self]
    )

    /// `dashd user create`
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a user; the password comes from DASH_PASSWORD or standard input."
        )

        @OptionGroup var options: ServerOptions

        @Option(help: "The user's e-mail address.")
        var email: String

        @Option(help: "The team to join; it is made when there is none of that slug.")
        var team: String?

        @Option(help: "The role in the team: owner, admin, member or viewer.")
        var role: String = "owner"

        func validate() throws {
            guard Role(rawValue: role) != nil else {
                throw ValidationError("--role must be one of owner, admin, member, viewer.")
            }
        }

        func run() async throws {
            try await ExitCode.reporting {
                guard
                    let password = ProcessInfo.processInfo.environment["DASH_PASSWORD"]
                        ?? readLine(strippingNewline: true)
                else { throw ValidationError("Give the password in DASH_PASSWORD or on standard input.") }
                var reader = SettingsReader()
                let composition = try await Composition(settings: try reader.read(options))
                try await composition.accounts.createUser(
                    email: email,
                    password: password,
                    teamSlug: team,
                    role: Role(rawValue: role) ?? .owner
                )
                try await composition.store.engine.close()
                print("Made \(email)\(team.map { ", \(role) of \($0)" } ?? "").")
            }
        }
    }

    /// `dashd user reset`
    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a link by which a user sets a new password, and prints it.",
            discussion:
                "The link works once, for an hour, and voids the ones before it. Whoever has it has the account."
        )

        @OptionGroup var options: ServerOptions

        @Option(help: "The user's e-mail address.")
        var email: String

        func run() async throws {
            try await ExitCode.reporting {
                var reader = SettingsReader()
                let composition = try await Composition(settings: try reader.read(options))
                let link = try await composition.accounts.makeResetLink(email: email)
                try await composition.store.engine.close()
                print(link)
            }
        }
    }
}
