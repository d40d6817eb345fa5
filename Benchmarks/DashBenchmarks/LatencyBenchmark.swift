import Glibc

/// From a webhook to the bytes at a viewer, at a few posts a second; the floor publishes without storing.
func latencyFigures(_ run: BenchRun) throws -> [Figure] {
    let dash = try DashUnderTest(run)
    defer { dash.server.stop(); dash.server.removeData() }
    let floor = try FloorServer.start()
    defer { floor.stop(); floor.removeData() }
    let pipeline = try dash.createRealtime("latency")
    let headers = [dash.authorization, ("content-type", "application/json")]

    let viewer = try EventStream(
        port: dash.server.port,
        path: "/live/pipelines/\(pipeline)",
        headers: [dash.authorization]
    )
    defer { viewer.close() }
    let floorViewer = try EventStream(port: floor.port, path: "/stream")
    defer { floorViewer.close() }

    var sent: [Double] = []
    var acknowledged: [Double] = []
    var floors: [Double] = []
    for round in 0..<run.rounds {
        for index in 0..<60 {
            let mark = "mark-\(round)-\(index)"
            let body = Array(#"{"mark":"\#(mark)","value":\#(index)}"#.utf8)
            let times = try journey(
                dash.server.port,
                HTTPMessage.request("POST", "/ingest/\(pipeline)", headers: headers, body: body),
                viewer,
                mark
            )
            sent.append(times.sinceSent)
            acknowledged.append(times.sinceAcknowledged)
            let bare = try journey(floor.port, HTTPMessage.request("POST", "/publish", body: body), floorViewer, mark)
            floors.append(bare.sinceSent)
            usleep(150_000 + UInt32(index * 37 % 100) * 1_000)
        }
    }
    return [
        Figure(
            name: "webhook sent → viewer, p50",
            value: sent.percentile(0.5),
            unit: "ms",
            floorName: "bare Hummingbird POST → SSE",
            floor: floors.percentile(0.5)
        ),
        Figure(
            name: "webhook sent → viewer, p99",
            value: sent.percentile(0.99),
            unit: "ms",
            floorName: "bare Hummingbird POST → SSE",
            floor: floors.percentile(0.99),
            target: .atMost(25)
        ),
        Figure(name: "webhook acknowledged → viewer, p50", value: acknowledged.percentile(0.5), unit: "ms"),
        Figure(
            name: "webhook acknowledged → viewer, p99",
            value: acknowledged.percentile(0.99),
            unit: "ms",
            target: .atMost(25)
        ),
    ]
}

/// Milliseconds until the viewer has the mark, since the post was sent and since it was acknowledged.
private func journey(_ port: Int, _ request: [UInt8], _ viewer: EventStream, _ mark: String) throws -> (
    sinceSent: Double, sinceAcknowledged: Double
) {
    let socket = try Socket(port: port, blocking: false)
    defer { socket.close() }
    let sent = monotonicSeconds()
    guard try socket.write(request, from: 0) == request.count else { throw BenchError("short write") }
    var answer: [UInt8] = []
    var acknowledged: Double?
    var seen: Double?
    while acknowledged == nil || seen == nil {
        var descriptors = [
            pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: viewer.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        if acknowledged != nil { descriptors[0].fd = -1 }
        guard poll(&descriptors, 2, 5_000) > 0 else { throw BenchError("the viewer got nothing within 5 s") }
        let now = monotonicSeconds()
        if descriptors[0].revents != 0, try socket.read(into: &answer) != 0,
            let whole = HTTPMessage.response(in: answer)
        {
            guard (200..<300).contains(whole.status) else { throw BenchError("the post got \(whole.status)") }
            acknowledged = now
        }
        if descriptors[1].revents != 0, try viewer.receive(until: mark) { seen = now }
    }
    guard let acknowledged, let seen else { throw BenchError("no answer") }
    return ((seen - sent) * 1_000, max(0, (seen - acknowledged) * 1_000))
}
