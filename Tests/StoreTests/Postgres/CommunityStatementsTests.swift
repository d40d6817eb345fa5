import DashModel
import DashStorage
import FoundationEssentials
import Testing

@testable import DashPostgres

/// What only TimescaleDB's Community edition runs, against a stand-in for its catalogue: it can't be had as a package.
@Suite("The Community edition's statements", .closingStores, .enabled(if: TestServer.postgres != nil))
struct CommunityStatementsTests {
    private func engine() async throws -> PostgresEngine {
        try await #require(TestServer.postgres).engine()
    }

    @Test(
        "a second start finds everything, under either name of the view, and makes nothing twice",
        arguments: CommunityStandIn.Naming.allCases,
        [false, true]
    )
    func repeats(_ naming: CommunityStandIn.Naming, _ knowsExistence: Bool) async throws {
        let engine = try await engine()
        try await engine.database.write { connection in
            try CommunityStandIn.make(naming, knowsExistence: knowsExistence, on: connection)
        }
        for _ in 0..<3 {
            let refusals = try await engine.database.write { connection in
                try CommunityStatements.run(on: CommunityStandIn(connection: connection))
            }
            #expect(refusals.isEmpty)
        }
        let jobs = try await engine.database.write { connection in
            try connection.fetch("SELECT CAST(proc_name AS text) FROM timescaledb_information.jobs ORDER BY job_id")
        }
        #expect(jobs.count == 2)
        let kind = try await engine.database.write { connection in
            try connection.fetchOne(
                "SELECT CAST(relkind AS text) FROM pg_class WHERE oid = to_regclass('pipeline_data_hourly')"
            )?.text(0)
        }
        #expect(kind == "v", "the stand-in of another edition gives way to the aggregate")
    }

    @Test("what the server refuses is told in its own words")
    func refusal() async throws {
        let engine = try await engine()
        let error = await #expect(throws: DashError.self) {
            try await engine.database.write { connection in
                try CommunityStandIn.make(.view, knowsExistence: true, on: connection)
                try connection.execute(
                    """
                    CREATE OR REPLACE FUNCTION add_compression_policy(hypertable regclass, compress_after interval, \
                    if_not_exists boolean DEFAULT false) RETURNS integer LANGUAGE plpgsql AS \
                    $$ BEGIN RAISE EXCEPTION 'columnstore not enabled on hypertable' USING ERRCODE = '55000'; END $$
                    """
                )
                _ = try CommunityStatements.run(on: CommunityStandIn(connection: connection))
            }
        }
        #expect(error?.message.contains("compression policy: columnstore not enabled on hypertable") == true)
        #expect(error?.message.contains("55000") == true)
    }

    @Test("a deleted pipeline's hours go, however old, and nobody else's")
    func hours() async throws {
        let engine = try await engine()
        let (gone, kept) = (UUID.v7(), UUID.v7())
        let left = try await engine.database.write { connection in
            try CommunityStandIn.make(.view, knowsExistence: true, on: connection)
            _ = try CommunityStatements.run(on: CommunityStandIn(connection: connection))
            for pipeline in [gone, kept] {
                for days in [0, 5, 8, 400] {
                    try connection.execute(
                        """
                        INSERT INTO _materialized_hypertable_2 VALUES (now() - \(days) * INTERVAL '1 day', \(pipeline), \
                        \(gone), 1, 1)
                        """
                    )
                }
            }
            try HourlySums.deleteFromAggregate(gone, on: connection)
            return try connection.fetch("SELECT pipeline_id FROM pipeline_data_hourly").map { $0.uuid(0) }
        }
        #expect(left == [kept, kept, kept, kept])
    }
}
