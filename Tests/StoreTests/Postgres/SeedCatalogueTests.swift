import DashModel
import DashStorage
import Testing

@testable import DashPostgres

/// The live catalogue against the original design, on every edition that is there.
@Suite("The schema of the original design", .closingStores)
struct SeedCatalogueTests {
    static let servers = [TestServer.postgres, TestServer.timescale].compactMap { $0 }

    private func rows(_ engine: PostgresEngine, _ statement: SQLStatement) async throws -> [[String]] {
        try await engine.database.write { connection in
            try connection.fetch(statement).map { row in row.cells.indices.map { row.text($0) ?? "" } }
        }
    }

    @Test("every table, column, type and enumeration", arguments: servers)
    func columns(_ server: TestServer) async throws {
        let engine = try await server.engine()
        for table in SeedCatalogue.tables {
            let live = Dictionary(
                try await rows(engine, PostgresDialect().columns(of: table.name)).map { ($0[0], $0[1]) },
                uniquingKeysWith: { first, _ in first }
            )
            for (name, type) in table.columns {
                let wanted = SeedCatalogue.liveType(type, table: table.name, column: name)
                #expect(live[name] == wanted, "\(table.name).\(name)")
                guard type.hasPrefix("enum ") else { continue }
                let labels = try await rows(
                    engine,
                    """
                    SELECT string_agg(CAST(enumlabel AS text), ',' ORDER BY enumsortorder) FROM pg_enum \
                    WHERE enumtypid = to_regtype(\(wanted))
                    """
                )
                #expect(labels == [[String(type.dropFirst(5))]], "\(wanted)")
            }
        }
        let records = try await rows(engine, PostgresDialect().columns(of: "pipeline_data")).map { ($0[0], $0[1]) }
        #expect(records.map(\.0) == SeedCatalogue.records.map(\.0))
        #expect(records.map(\.1) == SeedCatalogue.records.map(\.1))
        let serial = try await rows(
            engine,
            """
            SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = to_regclass('pipeline_data')
            """
        )
        #expect(serial == [["nextval('pipeline_data_id_seq'::regclass)"]])
    }

    @Test("every primary, foreign and unique key", arguments: servers)
    func keys(_ server: TestServer) async throws {
        let engine = try await server.engine()
        func constraints(_ table: String, _ kind: String) async throws -> Set<[String]> {
            Set(
                try await rows(
                    engine,
                    """
                    SELECT (SELECT string_agg(CAST(a.attname AS text), ',' ORDER BY k.place) \
                    FROM unnest(c.conkey) WITH ORDINALITY AS k (number, place) \
                    JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.number), \
                    coalesce(CAST(NULLIF(c.confrelid, 0)::regclass AS text), '') FROM pg_constraint AS c \
                    WHERE c.conrelid = to_regclass(\(table)) AND CAST(c.contype AS text) = \(kind)
                    """
                )
            )
        }
        for table in SeedCatalogue.tables {
            #expect(try await constraints(table.name, "p") == [["id", ""]], "\(table.name)")
            let foreign = try await constraints(table.name, "f")
            for (column, target) in table.foreignKeys {
                #expect(foreign.contains([column, target]), "\(table.name).\(column)")
            }
            let unique = try await constraints(table.name, "u")
            for columns in table.unique {
                #expect(unique.contains([columns.joined(separator: ","), ""]), "\(table.name): \(columns)")
            }
        }
        #expect(try await constraints("pipeline_data", "p") == [["pipeline_id,ingested_at,id", ""]])
        // "Displays data from": the many-to-many between dashboards and pipelines.
        let links = try await constraints("dashboards_pipelines", "f")
        #expect(links == [["dashboard_id", "dashboards"], ["pipeline_id", "pipelines"]])
    }

    @Test("the indexes of the records: by time at once, the others when asked for", arguments: servers)
    func indexes(_ server: TestServer) async throws {
        func indexes(_ engine: PostgresEngine) async throws -> [String: String] {
            let found = try await rows(
                engine,
                """
                SELECT CAST(indexname AS text), regexp_replace(indexdef, '^.* USING ', '') FROM pg_indexes \
                WHERE tablename = 'pipeline_data'
                """
            )
            return Dictionary(found.map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
        }
        let time = ["idx_pipeline_data_pipeline_time": "btree (pipeline_id, ingested_at DESC)"]
        let key = ["pipeline_data_pkey": "btree (pipeline_id, ingested_at, id)"]
        let plain = try await indexes(try await server.engine())
        #expect(plain == time.merging(key) { first, _ in first })
        var tuning = PostgresTuning.small
        tuning.hasEagerIndex = true
        let eager = try await server.engine(tuning: tuning)
        #expect(eager.layoutReport?.hasEagerIndex == true)
        let all = try await indexes(eager)
        #expect(all["idx_pipeline_data_team"] == "btree (team_id)")
        #expect(all["idx_pipeline_data_gin"] == "gin (data)")
        #expect(all.count == 4)
    }

    @Test("hypertable, compression and continuous aggregate, or what stands in for them", arguments: servers)
    func layout(_ server: TestServer) async throws {
        let engine = try await server.engine()
        let report = try #require(engine.layoutReport)
        print("\(server.name): \(report.edition.summary)")
        for refusal in report.refusals {
            print("  refused (\(refusal.sqlState)): \(refusal.statement); instead: \(refusal.standIn)")
        }
        let hourly = try await rows(engine, PostgresDialect().columns(of: "pipeline_data_hourly"))
        #expect(hourly.map { $0[0] } == ["bucket", "pipeline_id", "team_id", "record_count", "total_bytes"])
        #expect(
            hourly.map { $0[1] } == ["timestamp with time zone", "uuid", "uuid", "bigint", "bigint"]
        )
        switch report.edition {
        case .plain:
            let strategy = try await rows(
                engine,
                "SELECT pg_get_partkeydef(to_regclass('pipeline_data'))"
            )
            #expect(strategy == [["RANGE (ingested_at)"]])
        case .timescaleApache, .timescaleCommunity:
            let dimensions = try await rows(
                engine,
                """
                SELECT CAST(column_name AS text), coalesce(CAST(time_interval AS text), ''), \
                coalesce(CAST(num_partitions AS text), '') FROM timescaledb_information.dimensions \
                WHERE hypertable_name = 'pipeline_data' ORDER BY dimension_number
                """
            )
            #expect(dimensions == [["ingested_at", "1 day", ""], ["pipeline_id", "", "4"]])
        }
        if report.edition == .timescaleCommunity {
            #expect(report.refusals.isEmpty)
            for statement in CommunityStatements.all {
                #expect(try await rows(engine, statement.presence).count == 1, "\(statement.name)")
            }
        } else if report.edition == .timescaleApache {
            // Each was tried, in order, and refused; all else went on.
            #expect(report.refusals.map(\.statement) == CommunityStatements.all.map(\.name))
            #expect(report.refusals.allSatisfy { $0.sqlState == "0A000" })
        }
    }

    @Test("nodes that start together lay out an empty database once, and again changes nothing", arguments: servers)
    func together(_ server: TestServer) async throws {
        let url = try await server.emptyDatabase()
        let nodes = [try await server.open(url: url), try await server.open(url: url), try await server.open(url: url)]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes { group.addTask { try await node.migrate() } }
            try await group.waitForAll()
        }
        let first = nodes[0].layoutReport
        #expect(first != nil && nodes.allSatisfy { $0.layoutReport?.edition == first?.edition })
        try await nodes[1].migrate()
        #expect(nodes[1].layoutReport == first)
        #expect(
            try await rows(nodes[0], "SELECT CAST(count(*) AS text) FROM schema_migrations") == [
                ["\(Migrations.all.count)"]
            ]
        )
    }
}
