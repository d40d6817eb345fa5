import DashModel
import DashStorage
import Synchronization

/// A copy's target in memory, described by the declarations. It can be told to break off before a batch, and keeps what
/// it had, as a database does.
final class MemoryTarget: TableTarget {
    struct Broken: Error {}

    private struct State {
        var identity: String?
        var positions: [String: CopyPosition] = [:]
        var rows: [String: [SQLRow]] = [:]
        var nextRecordID: Int64?
        var batchesLeft: Int?
        var isEnded = false
    }

    private let state = Mutex(State())

    var nextRecordID: Int64? { state.withLock(\.nextRecordID) }
    var isEnded: Bool { state.withLock(\.isEnded) }
    func rows(of table: String) -> [SQLRow] { state.withLock { $0.rows[table] ?? [] } }

    /// Breaks off after so many more batches; nil: never again.
    func breakOff(after batches: Int?) { state.withLock { $0.batchesLeft = batches } }

    func tables() async throws -> [CopyTable] {
        Resources.all.map { resource in
            let generated = Migrations.generatedColumns[resource.name] ?? []
            let own = (Migrations.internalColumns[resource.name] ?? []).map { CopyColumn($0, kind: .integer) }
            return CopyTable(
                resource.name,
                columns: resource.columns.map {
                    CopyColumn($0.name, kind: Self.kind($0.type), isGenerated: generated.contains($0.name))
                } + own,
                key: ["id"]
            )
        } + Self.undeclared
    }

    /// Tables that no resource declares.
    private static let undeclared = [
        table(
            "pipeline_data",
            ["id": .integer, "pipeline_id": .uuid, "team_id": .uuid, "data": .json, "ingested_at": .timestamp]
        ),
        table("deleted_pipelines", ["pipeline_id": .uuid, "team_id": .uuid]),
    ]

    private static func table(_ name: String, _ columns: KeyValuePairs<String, CopyKind>) -> CopyTable {
        CopyTable(name, columns: columns.map { CopyColumn($0, kind: $1) }, key: [])
    }

    func rowCount(of table: String) async throws -> Int { rows(of: table).count }

    func scan(_ step: CopyStep, _ body: @escaping @Sendable ([SQLRow]) throws -> Void) async throws {
        try body(rows(of: step.table).reversed())
    }

    func beginCopy(of identity: String, _ steps: [CopyStep]) async throws -> [String: CopyPosition] {
        try state.withLock { state in
            if let known = state.identity, known != identity { throw DashError(.conflict, "another installation") }
            state.identity = identity
            return state.positions
        }
    }

    func prepareRecords(_ days: [Timestamp]) async throws {}

    func append(_ rows: [SQLRow], to step: CopyStep, from old: CopyPosition?, position: CopyPosition) async throws {
        try state.withLock { state in
            if let left = state.batchesLeft {
                guard left > 0 else { throw Broken() }
                state.batchesLeft = left - 1
            }
            guard state.positions[step.table] == old else { throw DashError(.conflict, "another copy") }
            state.positions[step.table] = position
            state.rows[step.table, default: []] += rows
        }
    }

    func continueRecordIDs(at next: Int64) async throws { state.withLock { $0.nextRecordID = next } }
    func endCopy() async throws { state.withLock { $0.isEnded = true } }

    /// Takes a row away behind the copy's back.
    func lose(_ table: String) { state.withLock { _ = $0.rows[table]?.popLast() } }

    private static func kind(_ type: AttributeType) -> CopyKind {
        switch type {
        case .uuid: .uuid
        case .timestamp: .timestamp
        case .integer: .integer
        case .decimal: .double
        case .boolean: .bool
        case .bytes: .bytes
        case .json: .json
        case .string, .text, .enumeration: .text
        }
    }
}
