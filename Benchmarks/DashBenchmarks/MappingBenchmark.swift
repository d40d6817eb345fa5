import DashJSON
import DashMapping
import DashModel
import Foundation

/// What one core does when it parses records, maps ten fields and writes the result.
struct MappingBenchmark {
    /// Records a second through `MappingProgram`: bytes in, bytes out.
    var recordsPerSecond: Double
    /// The same work with `JSONSerialization` and dictionaries.
    var foundationRecordsPerSecond: Double
    /// With a CEL compute and a CEL filter behind the ten fields.
    var expressionsPerSecond: Double
    /// Parsing alone.
    var parsedBytesPerSecond: Double
    var bytesPerRecord: Int

    var ratio: Double { recordsPerSecond / foundationRecordsPerSecond }
}

/// Measures on the calling thread: the best of several windows, floor and program in turns.
func mappingBenchmark() throws -> MappingBenchmark {
    let count = 1_000
    let body = mappingBenchmarkBody(count)
    let program = try MappingProgram(compiling: MappingDefinition(JSONValue(parsing: "{\(mappingBenchmarkFields)}")))
    let expressions = try MappingProgram(
        compiling: MappingDefinition(
            JSONValue(parsing: "{\(mappingBenchmarkFields),\(mappingBenchmarkExpressions)}")
        )
    )
    var best = 0.0
    var bestExpressions = 0.0
    var bestFoundation = 0.0
    var bestParse = 0.0
    for _ in 0..<7 {
        best = max(best, try rate(seconds: 0.3) { try mapOnce(body, program) } * Double(count))
        bestExpressions = max(
            bestExpressions,
            try rate(seconds: 0.3) { try mapOnce(body, expressions) } * Double(count)
        )
        bestParse = max(bestParse, try rate(seconds: 0.15) { try JSONDocument(parsing: body).nodes.count })
        bestFoundation = max(bestFoundation, try rate(seconds: 0.3) { try mapWithFoundation(body) } * Double(count))
    }
    return MappingBenchmark(
        recordsPerSecond: best,
        foundationRecordsPerSecond: bestFoundation,
        expressionsPerSecond: bestExpressions,
        parsedBytesPerSecond: bestParse * Double(body.count),
        bytesPerRecord: body.count / count
    )
}

let mappingBenchmarkFields = #"""
    "mappings":[
      {"target":"id","source":"$.id","type":"integer","required":true},
      {"target":"kind","source":"$.type","type":"string"},
      {"target":"seen_at","source":"$.ts","type":"timestamp"},
      {"target":"value","source":"$.value","type":"number"},
      {"target":"amount","source":"$.amount","type":"number"},
      {"target":"user_id","source":"$.user.id"},
      {"target":"user_name","source":"$.user.name","type":"string"},
      {"target":"country","source":"$.user.country","default":"??"},
      {"target":"labels","source":"$.tags"},
      {"target":"is_ok","source":"$.ok","type":"boolean"}
    ]
    """#

private let mappingBenchmarkExpressions = #"""
    "transformations":[
      {"kind":"compute","target":"fahrenheit","expression":"record.value * 1.8 + 32.0"},
      {"kind":"filter","expression":"record.value >= 0.0 && record.country == \"DE\""}
    ]
    """#

/// Records of about 212 bytes: nine fields, an object in them, an array, a boolean, a null.
func mappingBenchmarkBody(_ count: Int) -> [UInt8] {
    let records = (0..<count).map { index in
        let user = #"{"id":\#(5000 + index * 7 % 977),"name":"user \#(index % 100)","country":"DE","plan":"pro"}"#
        let time = "2026-11-21T04:\(10 + index % 50):\(10 + index % 49).\(1 + index % 9)Z"
        return
            #"{"id":\#(100_000 + index),"ts":"\#(time)","type":"reading.created","value":\#(index % 90).25,"amount":"\#(index).5","#
            + #""user":\#(user),"tags":["alpha","beta"],"ok":\#(index % 2 == 0),"note":null}"#
    }
    return Array("[\(records.joined(separator: ","))]".utf8)
}

func mapOnce(_ body: [UInt8], _ program: MappingProgram) throws -> Int {
    let output = program.run(try RecordsDecoder().decode(body))
    guard output.refused.isEmpty else { throw CocoaError(.coderInvalidValue) }
    return output.records.bytes.count
}

private func mapWithFoundation(_ body: [UInt8]) throws -> Int {
    guard let records = try JSONSerialization.jsonObject(with: Data(body)) as? [[String: Any]] else { return 0 }
    var bytes = 0
    for record in records {
        let user = record["user"] as? [String: Any]
        var mapped: [String: Any] = [:]
        mapped["id"] = record["id"]
        mapped["kind"] = record["type"]
        mapped["seen_at"] = record["ts"]
        mapped["value"] = record["value"]
        mapped["amount"] = (record["amount"] as? String).flatMap(Double.init)
        mapped["user_id"] = user?["id"]
        mapped["user_name"] = user?["name"]
        mapped["country"] = user?["country"] ?? "??"
        mapped["labels"] = record["tags"]
        mapped["is_ok"] = record["ok"]
        bytes += try JSONSerialization.data(withJSONObject: mapped).count
    }
    return bytes
}

/// Runs `work` until the time is up; calls a second.
func rate(seconds: Double, _ work: () throws -> Int) rethrows -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    var calls = 0
    var sum = 0
    repeat {
        sum &+= try work()
        calls += 1
    } while clock.now - start < .seconds(seconds)
    let elapsed = clock.now - start
    precondition(sum != 0, "the work must have a result")
    return Double(calls) / (Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18)
}
