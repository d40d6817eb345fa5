import ArgumentParser
import DashAPI
import Foundation

/// `dashd reference`: writes the pages that are made from the declarations.
struct WriteReference: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference",
        abstract: "Writes the reference of resources and actions as pages of Markdown."
    )

    @Argument(help: "The folder to write into; docs/reference in a clone.")
    var folder: String

    func run() throws {
        let place = URL(filePath: folder, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        for page in Reference.pages {
            try Data(page.text.utf8).write(to: place.appending(path: page.name))
            print(place.appending(path: page.name).path)
        }
    }
}
