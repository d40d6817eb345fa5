import Foundation

/// Where `Templates` and `Public` may be: beside the sources, or where `make install` put them.
enum ResourceDirectory {
    static var candidates: [String] {
        let executable = URL(fileURLWithPath: CommandLine.arguments.first ?? "dashd").resolvingSymlinksInPath()
        var places = [FileManager.default.currentDirectoryPath]
        var folder = executable.deletingLastPathComponent()
        places.append(folder.appendingPathComponent("../share/dash").standardized.path)
        for _ in 0..<4 {
            folder.deleteLastPathComponent()
            places.append(folder.path)
        }
        return places
    }
}
