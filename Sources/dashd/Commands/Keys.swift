import ArgumentParser
import DashAPI
import DashModel
import DashStorage

/// `dashd keys …`
struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The keys that source and sink configs are sealed with.",
        subcommands: [Rotate.self]
    )

    /// `dashd keys rotate`
    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Seals every config with the first key of DASH_SECRET_KEYS, so that the others can go.",
            discussion: "Nodes may run meanwhile, when they know both keys. It can be stopped and begun again."
        )

        @OptionGroup var options: ServerOptions

        func run() async throws {
            try await ExitCode.reporting {
                var reader = SettingsReader()
                let composition = try await Composition(settings: try reader.read(options))
                var unreadable = 0
                try await SealedConfigs.reseal(in: composition.store.resources) { resource, rows in
                    print(
                        "\(resource.name): \(rows.resealed) sealed anew, \(rows.current) were sealed with the first key."
                    )
                    for (id, reason) in rows.unreadable.sorted(by: { $0.key.text < $1.key.text }) {
                        print("\(resource.singular) \(id.text): \(reason)")
                    }
                    unreadable += rows.unreadable.count
                }
                try await composition.store.engine.close()
                guard unreadable == 0 else {
                    throw DashError(.conflict, "\(unreadable) configs could not be opened and stay as they are.")
                }
            }
        }
    }
}
