import DashJSON
import Glibc

/// Resident memory at rest, and with a thousand pipelines that wait.
func memoryFigures(_ run: BenchRun) throws -> [Figure] {
    let floor = try FloorServer.start()
    let bare = floor.residentBytes
    floor.stop()
    floor.removeData()

    let dash = try DashUnderTest(run)
    sleep(2)
    let idle = dash.server.residentBytes
    for number in 0..<500 {
        _ = try dash.createRealtime("realtime \(number)")
        _ = try dash.create(
            "pipelines",
            [
                "name": .string("polling \(number)"), "type": "polling", "interval_seconds": 86_400,
                "source_type": "http", "source_config": ["url": "http://127.0.0.1:9/"],
            ]
        )
    }
    let data = dash.server.data
    dash.server.stop()

    // Measured after a restart, so that making them is not counted.
    let full = try DashUnderTest(run, data: data, token: dash.token)
    sleep(3)
    let cpu = full.server.cpuSeconds
    sleep(3)
    let used = (full.server.cpuSeconds - cpu) / 3
    let resident = full.server.residentBytes
    full.server.stop()
    full.server.removeData()
    return [
        Figure(
            name: "memory idle",
            value: idle / 1e6,
            unit: "MB",
            floorName: "bare Hummingbird",
            floor: bare / 1e6
        ),
        Figure(
            name: "memory, 1 000 idle pipelines",
            value: resident / 1e6,
            unit: "MB",
            floorName: "bare Hummingbird",
            floor: bare / 1e6,
            target: .atMost(100)
        ),
        Figure(name: "processor, 1 000 idle pipelines", value: used, unit: "cores"),
    ]
}
