import DashJSON
import DashModel
import DashSQLite
import DashStorage
import Foundation
import Logging

/// Data queries, with what SQLite makes of them, over odd records, and made-up cursors of lists.
struct QueryTarget: FuzzTarget {
    let name = "queries"

    private static let aggregates = ["count", "sum", "avg", "min", "max", "last", "first", "p50", "p95", "p99"]
    private let store: Store
    private let team = UUID()
    private let pipeline = UUID()
    private let now = Timestamp(seconds: 1_790_000_000)

    init() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dash-fuzz-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = try await SQLiteEngine(
            path: folder.appending(path: "dash.sqlite").path,
            sealer: OpenSealer(),
            logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() },
            readers: 1
        ).store
        // The open file stays for as long as the process has it, and no longer.
        try await store.engine.migrate()
        let team: [String: JSONValue] = ["name": "T", "slug": "t", "storage_limit_gb": 10]
        let row: [String: JSONValue] = [
            "team_id": .string(self.team.text), "name": "P", "type": "realtime", "source_type": "webhook",
            "source_config": [:],
            "retention_days": 1,
        ]
        let rows: [ResourceChange] = [
            .insert(Resources.teams, ResourceRow(id: self.team, values: team)),
            .insert(Resources.pipelines, ResourceRow(id: pipeline, values: row)),
        ]
        try await store.resources.apply(rows, in: .system)
        try await store.rollups.rollUp(["$.v", "*"], of: pipeline)
    }

    func run(_ input: inout FuzzInput) async throws {
        if input.isOne(in: 4) { try await save(&input) }
        if input.isOne(in: 4) { try await list(&input) }
        let text = input.note(input.isOne(in: 5) ? input.mutated(question(&input)) : question(&input))
        guard let json = try? JSONValue(parsing: text), let query = try? DataQuery(json: json) else { return }
        _ = query.json
        if let result = try? await store.records.answer(query, now: now) { _ = result.rows.count }
    }

    private func save(_ input: inout FuzzInput) async throws {
        let texts = input.note((0..<input.int(1...4)).map { _ in input.object() })
        let sound = texts.compactMap { text in (try? JSONValue(parsing: text)).map { $0.encoded() } }
        let records = sound.reduce(into: RecordBytes()) { $0.append($1) }
        let time = now - .seconds(input.int(0...100_000))
        let batch = RecordBatch(team: team, pipeline: pipeline, receivedAt: time, records: records)
        let commit = BatchCommit(
            batch: batch,
            persists: true,
            run: .minute(trigger: "webhook", startedAt: time, timings: [:])
        )
        _ = try await store.commits.commit([commit])
        while try await store.rollups.fill("$.v", of: pipeline, limit: 100) {}
        // What was saved before would make each case slower than the one before it.
        if input.isOne(in: 20) {
            _ = try? await store.expiry.deleteExpired(now: now + .seconds(200_000), limit: 10_000)
        }
    }

    /// Whatever a cursor says, the list answers or says that it is none of its own.
    private func list(_ input: inout FuzzInput) async throws {
        let resource = input.pick(Resources.all)
        let sort = (0..<input.int(0...2)).map { _ in
            ResourceQuery.Sort(input.pick(resource.columns).name, descending: input.isOne(in: 2))
        }
        var names = sort.map { ($0.descending ? "-" : "") + $0.column }
        if !sort.contains(where: { $0.column == "id" }) { names.append(sort.first?.descending == true ? "-id" : "id") }
        let values = names.map { _ in
            input.pick(["null", "\"\(UUID().text)\"", "\"\(input.timestamp())\"", input.json(1)])
        }
        let text = "[\"\(names.joined(separator: ","))\"," + values.joined(separator: ",") + "]"
        let cursor = Data(input.note(input.isOne(in: 4) ? input.mutated(text) : text).utf8).base64EncodedString()
        var query = ResourceQuery(sort: sort, limit: 2)
        if input.isOne(in: 2) { query.after = cursor } else { query.before = cursor }
        do {
            _ = try await store.resources.list(resource, query, in: input.isOne(in: 2) ? .system : .team(team))
        } catch let error as DashError {
            precondition(error.code == .invalid, "a made-up cursor of \(resource.name): \(error)")
        }
    }

    private func question(_ input: inout FuzzInput) -> String {
        let fields = (0..<input.int(0...4)).map { _ in
            input.isOne(in: 4)
                ? "\"\(path(&input))\"" : #"{"path":"\#(path(&input))","aggregate":"\#(input.pick(Self.aggregates))"}"#
        }
        let filters = (0..<input.int(0...2)).map { _ in
            let op = input.pick(["eq", "ne", "gt", "ge", "lt", "le", "in", "contains", "exists", "like", "null"])
            return #"{"path":"\#(path(&input))","op":"\#(op)","value":\#(input.json(2))}"#
        }
        var parts = [
            #""pipeline_id":"\#(pipeline.text)""#, #""fields":[\#(fields.joined(separator: ","))]"#,
            #""filters":[\#(filters.joined(separator: ","))]"#,
        ]
        if input.isOne(in: 3) { parts.append(#""group_by":["\#(path(&input))"]"#) }
        if input.isOne(in: 3) { parts.append(#""bucket":"\#(input.pick(["auto", "1m", "1h", input.duration()]))""#) }
        if input.isOne(in: 2) { parts.append(#""range":\#(range(&input))"#) }
        if input.isOne(in: 3) { parts.append(#""limit":\#(input.number())"#) }
        return "{" + parts.joined(separator: ",") + "}"
    }

    private func path(_ input: inout FuzzInput) -> String {
        input.filled(input.pick(["v", "{k}", "$.{k}", "$.{k}[{i}]", "{k}.{k}", "*", "ingested_at", "$['{s}']"]))
    }

    private func range(_ input: inout FuzzInput) -> String {
        input.filled(
            input.pick([#"{"last":"24h"}"#, #"{"last":"{d}"}"#, #"{"from":"{t}","to":"{t}"}"#, #"{"last":"1000w"}"#])
        )
    }
}
