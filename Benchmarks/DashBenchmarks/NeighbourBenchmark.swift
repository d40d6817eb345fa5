import DashJSON
import Glibc

/// From a post to its arrival at a sink, while another sink of the pipeline is well, is gone, or never answers. The
/// servers take turns, so that what else the machine does meets all alike; two of them are alike in everything, and how far
/// these are apart is chance.
func neighbourFigures(_ run: BenchRun) throws -> [Figure] {
    let silent = try HookReceiver(answers: false)
    let well = try HookReceiver()
    defer { silent.stop(); well.stop() }
    let scenes = try [
        NeighbourScene(run, other: well.port), NeighbourScene(run, other: well.port),
        NeighbourScene(run, other: Socket.freePort()), NeighbourScene(run, other: silent.port),
    ]
    defer { for scene in scenes { scene.close() } }

    // The first ones make connections, caches and the other lane's backlog.
    for mark in 0..<200 { for scene in scenes { _ = try scene.journey(mark) } }
    var samples = scenes.map { _ in [Double]() }
    for round in 1...run.rounds * 3_000 {
        for turn in scenes.indices {
            let index = (round + turn) % scenes.count
            samples[index].append(try scenes[index].journey(1_000 + round))
            usleep(1_000)
        }
    }
    let names = ["well", "well too", "gone", "silent"]
    let bothWell = samples[0] + samples[1]
    return samples.indices.flatMap { index -> [Figure] in
        [(0.5, "p50"), (0.99, "p99")].map { share, label in
            Figure(
                name: "post → sink, other sink \(names[index]), \(label)",
                value: samples[index].percentile(share),
                unit: "ms",
                floorName: "both well",
                floor: bothWell.percentile(share),
                target: index < 2 || share == 0.5 ? nil : .ratioAtMost(1.05)
            )
        }
    }
}

/// A `dashd` with a pipeline of two webhook sinks: the one that is measured, and the other.
private final class NeighbourScene {
    private let dash: DashUnderTest
    private let receiver: HookReceiver
    private let pipeline: String
    private let headers: [(String, String)]

    init(_ run: BenchRun, other port: Int) throws {
        dash = try DashUnderTest(run)
        receiver = try HookReceiver()
        pipeline = try dash.createRealtime("neighbours")
        headers = [dash.authorization, ("content-type", "application/json")]
        for port in [receiver.port, port] {
            let config: JSONValue = ["url": .string("http://127.0.0.1:\(port)/hook")]
            _ = try dash.create(
                "pipeline_sinks",
                ["sink_type": "webhook", "sink_config": config],
                of: (type: "pipeline", id: pipeline)
            )
        }
    }

    func close() {
        receiver.stop()
        dash.server.stop()
        dash.server.removeData()
    }

    /// Milliseconds until the record is at the sink.
    func journey(_ mark: Int) throws -> Double {
        let body: JSONValue = ["mark": .number(JSONNumber(mark)), "value": 21.5]
        let started = monotonicSeconds()
        try HTTPExchange(port: dash.server.port, headers: headers).send("POST", "/ingest/\(pipeline)", body)
        return (try receiver.arrival(of: mark, within: 10) - started) * 1_000
    }
}
