import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import TestSupport
import Testing

@testable import DashPipeline

@Suite("Roll-ups follow the widgets")
struct RollupTests {
    private func query(_ pipeline: UUID, _ path: String = "n") -> DataQuery {
        DataQuery(
            pipeline: pipeline,
            fields: [.init(path: path, alias: "s", aggregate: .sum)],
            bucket: .width(.seconds(60))
        )
    }

    private func dashboard(_ harness: EngineHarness, of pipeline: UUID) async throws -> UUID {
        let id = UUID.v7()
        let values: [String: JSONValue] = [
            "team_id": .string(harness.team.text), "name": "D", "slug": .string("d-" + id.text),
        ]
        let link: [String: JSONValue] = ["dashboard_id": .string(id.text), "pipeline_id": .string(pipeline.text)]
        try await harness.store.resources.apply(
            [
                .insert(Resources.dashboards, ResourceRow(id: id, values: values)),
                .insert(Resources.dashboardsPipelines, ResourceRow(id: .v7(), values: link)),
            ],
            in: .system
        )
        return id
    }

    /// Writes a widget as the API does: with the job.
    @discardableResult
    private func widget(_ query: DataQuery, on dashboard: UUID, _ harness: EngineHarness) async throws -> UUID {
        let id = UUID.v7()
        let values: [String: JSONValue] = [
            "dashboard_id": .string(dashboard.text), "type": "line_chart", "data_query": query.json,
        ]
        try await harness.store.resources.apply(
            [
                .insert(Resources.widgets, ResourceRow(id: id, values: values)),
                .enqueue(RollupJobs.reconcile(query.pipeline, team: harness.team)),
            ],
            in: .system
        )
        return id
    }

    private func fields(_ harness: EngineHarness, _ pipeline: UUID) async throws -> [RolledField] {
        try await harness.store.rollups.rolledFields(of: pipeline)
    }

    @Test("a new widget's chart comes from roll-ups soon, with the records from before; without a widget they go")
    func follows() async throws {
        try await EngineHarness.run { harness in
            let pipeline = try await harness.pipeline()
            for number in 1...20 { _ = try await harness.post(pipeline, "{\"n\":\(number)}") }
            let dashboard = try await dashboard(harness, of: pipeline)
            let widget = try await widget(query(pipeline), on: dashboard, harness)
            try await eventually("the past is filled") {
                try await fields(harness, pipeline) == [RolledField(name: "$.n", state: .ready)]
            }
            _ = try await harness.post(pipeline, "{\"n\":1000}")
            let answer = try await harness.store.records.answer(query(pipeline), now: SystemClock().now)
            #expect(answer.isRolledUp)
            #expect(answer.rows.compactMap { $0[1].doubleValue }.reduce(0, +) == 1_210)
            let other = ResourceRow(id: widget, values: ["data_query": query(pipeline, "m").json])
            try await harness.store.resources.apply(
                [.update(Resources.widgets, other), .enqueue(RollupJobs.reconcile(pipeline, team: harness.team))],
                in: .system
            )
            try await eventually("the other field is kept, the first is not") {
                try await fields(harness, pipeline) == [RolledField(name: "$.m", state: .ready)]
            }
            try await harness.store.resources.apply(
                [
                    .delete(Resources.dashboards, id: dashboard),
                    .enqueue(RollupJobs.reconcile(pipeline, team: harness.team)),
                ],
                in: .system
            )
            try await eventually("nothing is kept") { try await fields(harness, pipeline).isEmpty }
        }
    }

    @Test("a node's start looks at widgets that were there before, and takes up what was left half-way")
    func start() async throws {
        try await EngineHarness.withStore { store, team in
            let idle = EngineHarness(store, team)
            let pipeline = try await idle.pipeline()
            let dashboard = try await dashboard(idle, of: pipeline)
            let values: [String: JSONValue] = [
                "dashboard_id": .string(dashboard.text), "type": "line_chart", "data_query": query(pipeline).json,
            ]
            try await store.resources.apply(
                [.insert(Resources.widgets, ResourceRow(id: .v7(), values: values))],
                in: .system
            )
            try await store.rollups.rollUp(["$.gone"], of: pipeline)
            try await EngineHarness(store, team).running { harness in
                try await eventually("the fields are the widgets'") {
                    try await fields(harness, pipeline) == [RolledField(name: "$.n", state: .ready)]
                }
            }
        }
    }
}
