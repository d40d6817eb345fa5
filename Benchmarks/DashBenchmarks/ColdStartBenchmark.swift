import FoundationEssentials

/// From the process's start until it is ready: on nothing, and on the data it left.
func coldStartFigures(_ run: BenchRun) throws -> [Figure] {
    var first: [Double] = []
    var again: [Double] = []
    var floors: [Double] = []
    for _ in 0..<max(5, run.rounds) {
        let data = try ServerProcess.temporaryDirectory()
        for isAgain in [false, true] {
            let server = try ServerProcess(
                run.server,
                { port, data in ["serve", "--host", "127.0.0.1", "--port", String(port), "--data", data.path] },
                data: data,
                ready: "/readyz"
            )
            server.stop()
            if isAgain { again.append(server.startSeconds) } else { first.append(server.startSeconds) }
            if isAgain { server.removeData() }
        }
        let floor = try FloorServer.start()
        floor.stop()
        floor.removeData()
        floors.append(floor.startSeconds)
    }
    return [
        Figure(
            name: "cold start, new data directory",
            value: first.median,
            unit: "s",
            floorName: "bare Hummingbird",
            floor: floors.median,
            target: .atMost(1),
            samples: first
        ),
        Figure(
            name: "cold start, existing data",
            value: again.median,
            unit: "s",
            floorName: "bare Hummingbird",
            floor: floors.median,
            target: .atMost(1),
            samples: again
        ),
    ]
}
