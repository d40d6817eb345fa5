import DashJSON
import DashMapping
import Foundation

/// What one core does when it also checks each record against a JSON Schema of ten properties.
struct SchemaBenchmark {
    /// Records a second: bytes in, checked, ten fields mapped, bytes out.
    var recordsPerSecond: Double
    /// The same work in `jq`; nil when it is not installed.
    var jqRecordsPerSecond: Double?
    var bytesPerRecord: Int

    var bytesPerSecond: Double { recordsPerSecond * Double(bytesPerRecord) }
}

/// Measures on the calling thread: the best of several windows.
func schemaBenchmark() throws -> SchemaBenchmark {
    let count = 1_000
    let body = mappingBenchmarkBody(count)
    guard var definition = try JSONValue(parsing: "{\(mappingBenchmarkFields)}").objectValue else {
        throw BenchError("the sample mapping is no object")
    }
    definition["source_schema"] = try JSONValue(parsing: schemaBenchmarkSchema)
    definition["schema_mode"] = "enforce"
    let program = try MappingProgram(compiling: MappingDefinition(.object(definition)))
    var best = 0.0
    for _ in 0..<7 { best = max(best, try rate(seconds: 0.3) { try mapOnce(body, program) } * Double(count)) }
    return SchemaBenchmark(
        recordsPerSecond: best,
        jqRecordsPerSecond: try jqRate(of: body, count),
        bytesPerRecord: body.count / count
    )
}

private let schemaBenchmarkSchema = #"""
    {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
     "required":["id","ts","type","value","user"],
     "properties":{
      "id":{"type":"integer","minimum":1},
      "ts":{"type":"string","format":"date-time"},
      "type":{"type":"string","maxLength":64},
      "value":{"type":"number","minimum":0,"maximum":1000000},
      "amount":{"type":["string","number"]},
      "user":{"type":"object","required":["id","name"],"properties":{
        "id":{"type":"integer"},"name":{"type":"string","minLength":1},
        "country":{"enum":["DE","NL","FR","GB","US"]}}},
      "tags":{"type":"array","maxItems":20,"items":{"type":"string"}},
      "ok":{"type":"boolean"},
      "note":{"type":["string","null"]},
      "ref":{"type":["string","null"]}}}
    """#

/// The same mapping and the same checks, as someone would write them for `jq`.
private let jqProgram = #"""
    def is(t): type == t;
    select(is("object") and has("id") and has("ts") and has("type") and has("value") and has("user")
      and (.id | is("number") and floor == . and . >= 1)
      and (.ts | is("string") and test("^\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?([Zz]|[+-]\\d{2}:\\d{2})$"))
      and (.type | is("string") and length <= 64)
      and (.value | is("number") and . >= 0 and . <= 1000000)
      and (.amount | is("string") or is("number") or . == null)
      and (.user | is("object") and has("id") and has("name")
        and (.id | is("number") and floor == .) and (.name | is("string") and length >= 1)
        and (.country | IN("DE", "NL", "FR", "GB", "US", null)))
      and (.tags == null or (.tags | is("array") and length <= 20 and all(.[]; is("string"))))
      and (.ok | is("boolean") or . == null)
      and (.note | is("string") or . == null)
      and (.ref | is("string") or . == null))
    | {id, kind: .type, seen_at: .ts, value, amount: (.amount | tonumber), user_id: .user.id, user_name: .user.name,
       country: (.user.country // "??"), labels: .tags, is_ok: .ok}
    """#

/// Records a second of one `jq` process over a file of many records; its start is taken off.
private func jqRate(of body: [UInt8], _ count: Int) throws -> Double? {
    let folder = URL(filePath: NSTemporaryDirectory()).appending(
        path: "dash-bench-\(ProcessInfo.processInfo.processIdentifier)"
    )
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let copies = 30
    let few = folder.appending(path: "few.json")
    let many = folder.appending(path: "many.json")
    let line = body + [UInt8(ascii: "\n")]
    try Data("[]\n".utf8).write(to: few)
    try Data((0..<copies).flatMap { _ in line }).write(to: many)
    guard let start = try jqSeconds(few), let whole = try jqSeconds(many), whole > start else { return nil }
    return Double(copies * count) / (whole - start)
}

private func jqSeconds(_ file: URL) throws -> Double? {
    guard
        let path = ["/usr/bin/jq", "/usr/local/bin/jq", "/opt/homebrew/bin/jq"].first(where: {
            FileManager.default.isExecutableFile(atPath: $0)
        })
    else { return nil }
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = ["-c", ".[] | " + jqProgram, file.path]
    process.standardOutput = FileHandle.nullDevice
    let begin = ContinuousClock.now
    try process.run()
    process.waitUntilExit()
    let elapsed = (ContinuousClock.now - begin).components
    guard process.terminationStatus == 0 else { throw BenchError("jq could not do the sample work") }
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
}
