/// Reading, mapping ten fields and writing, on one core, against the same work by Foundation.
func mappingFigures() throws -> [Figure] {
    let measured = try mappingBenchmark()
    let checked = try schemaBenchmark()
    return [
        Figure(
            name: "parse, map 10 fields, write",
            value: measured.recordsPerSecond,
            unit: "records/s a core",
            floorName: "JSONSerialization",
            floor: measured.foundationRecordsPerSecond,
            target: .atLeast(1_500_000)
        ),
        Figure(
            name: "  against Foundation",
            value: measured.recordsPerSecond,
            unit: "records/s a core",
            floorName: "JSONSerialization",
            floor: measured.foundationRecordsPerSecond,
            target: .ratio(atLeast: 50)
        ),
        Figure(
            name: "  with a CEL compute and a CEL filter",
            value: measured.expressionsPerSecond,
            unit: "records/s a core",
            target: .atLeast(500_000)
        ),
        Figure(name: "  parsing alone", value: measured.parsedBytesPerSecond / 1e6, unit: "MB/s"),
        Figure(
            name: "the same with a JSON Schema of 10 properties",
            value: checked.recordsPerSecond,
            unit: "records/s a core",
            target: .atLeast(500_000)
        ),
        Figure(
            name: "  against jq",
            value: checked.recordsPerSecond,
            unit: "records/s a core",
            floorName: "jq",
            floor: checked.jqRecordsPerSecond,
            target: .ratio(atLeast: 30)
        ),
        Figure(
            name: "  decode, check, map, write",
            value: checked.bytesPerSecond / 1e6,
            unit: "MB/s a core",
            target: .atLeast(150)
        ),
    ]
}
