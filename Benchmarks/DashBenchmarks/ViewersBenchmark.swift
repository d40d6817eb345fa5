import Glibc

/// A thousand viewers of one pipeline's live tail, ten posts a second: memory and processor time of each.
func viewerFigures(_ run: BenchRun) throws -> [Figure] {
    let count = 1_000
    let dash = try DashUnderTest(run)
    defer { dash.server.stop(); dash.server.removeData() }
    let floor = try FloorServer.start()
    defer { floor.stop(); floor.removeData() }
    let pipeline = try dash.createRealtime("watched")
    let floorHTTP = HTTPExchange(port: floor.port)
    let record = SampleRecords.record(1)
    guard let value = try? record.json else { throw BenchError("the sample is no JSON") }

    let mine = try measure(
        dash.server,
        count,
        path: "/live/pipelines/\(pipeline)",
        token: dash.token,
        run
    ) { try dash.http.send("POST", "/ingest/\(pipeline)", value) }
    let bare = try measure(floor, count, path: "/stream", token: nil, run) {
        try floorHTTP.send("POST", "/publish", value)
    }
    return [
        Figure(
            name: "memory a viewer, of 1 000",
            value: mine.kibibytes,
            unit: "KiB",
            floorName: "bare Hummingbird SSE",
            floor: bare.kibibytes,
            target: .atMost(20)
        ),
        Figure(
            name: "processor a delivery",
            value: mine.microseconds,
            unit: "µs",
            floorName: "bare Hummingbird SSE",
            floor: bare.microseconds
        ),
        Figure(
            name: "processor with 1 000 viewers, 10 posts/s",
            value: mine.cores,
            unit: "cores",
            floorName: "bare",
            floor: bare.cores
        ),
    ]
}

private func measure(
    _ server: ServerProcess,
    _ count: Int,
    path: String,
    token: String?,
    _ run: BenchRun,
    publish: () throws -> Void
) throws -> (kibibytes: Double, microseconds: Double, cores: Double) {
    // What the first connections and posts load once is not a viewer's.
    try publish()
    let warm = try ViewerCrowd(port: server.port, path: path, count: 20, token: token)
    for _ in 0..<20 { try publish() }
    _ = try warm.received()
    warm.stop()
    usleep(500_000)
    let before = server.residentBytes

    let crowd = try ViewerCrowd(port: server.port, path: path, count: count, token: token)
    defer { crowd.stop() }
    usleep(500_000)
    let started = monotonicSeconds()
    let cpu = server.cpuSeconds
    let bytes = try crowd.received()
    var posts = 0
    while monotonicSeconds() - started < run.seconds * 3 {
        try publish()
        posts += 1
        usleep(100_000)
    }
    usleep(300_000)
    let seconds = monotonicSeconds() - started
    let used = server.cpuSeconds - cpu
    guard try crowd.received() > bytes + posts * count * 50 else { throw BenchError("viewers of \(path) miss records") }
    return (
        (server.residentBytes - before) / Double(count) / 1_024,
        used / Double(posts * count) * 1e6,
        used / seconds
    )
}
