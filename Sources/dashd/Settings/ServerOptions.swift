import ArgumentParser

/// Options of the commands that open an installation.
struct ServerOptions: ParsableArguments {
    @Option(help: "The address to listen on.")
    var host: String = "127.0.0.1"

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port: Int = 8080

    @Option(help: "The folder of the database, its key and written files.")
    var data: String?
}
