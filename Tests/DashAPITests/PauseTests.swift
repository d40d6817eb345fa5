import DashExchange
import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import Logging
import Testing

@testable import DashAPI

@Suite("Pausing and resuming a pipeline")
struct PauseTests {
    @Test("is written and announced once, with the engine behind the service as on a server")
    func once() async throws {
        let server = try await TestServer()
        let tenant = try await Tenant(server)
        let pipeline = try await Fixture(server, tenant).pipeline
        let pubsub = MemoryPubSub()
        let engine = PipelineEngine(
            store: server.store,
            cache: MemoryCache(),
            pubsub: pubsub,
            lease: MemoryLease(),
            components: TestComponents.all,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let service = ResourceService(
            store: server.store,
            operations: engine,
            components: TestComponents.all,
            widgetTypes: [],
            tokens: server.tokens,
            onChange: { change in
                engine.take(changeOf: change.resource, in: change.team)
                do {
                    try await pubsub.publish(Self.event(change.resource, change.id, change.team), to: .resources)
                } catch {
                    Issue.record(error)
                }
            }
        )
        let told = pubsub.subscribe(to: [.resources], buffering: 100)
        for (action, status) in [("pause", "paused"), ("resume", "active")] {
            let result = try await service.act(
                action,
                on: Resources.pipelines,
                id: pipeline,
                as: try #require(tenant.principals[.member])
            )
            guard case .row(let written) = result else {
                Issue.record("\(action) answers no row")
                continue
            }
            #expect(written.row.string("status") == status)
            // What comes behind the mark is of the next action.
            let mark = UUID.v7()
            try await pubsub.publish(Self.event("marks", mark, tenant.team), to: .resources)
            var events: [ExchangeEvent] = []
            for await element in told {
                guard case .event(let event) = element, event != Self.event("marks", mark, tenant.team) else { break }
                events.append(event)
            }
            #expect(events == [Self.event("pipelines", pipeline, tenant.team)], "\(action)")
        }
        let trail = try await server.rows(
            Resources.auditEvents,
            [.init("resource_id", .eq, .string(pipeline.text))]
        )
        #expect(trail.map { $0.string("action") }.sorted { ($0 ?? "") < ($1 ?? "") } == ["pause", "resume"])
    }

    private static func event(_ resource: String, _ id: UUID, _ team: UUID) -> ExchangeEvent {
        .changed(resource: resource, id: id, team: team, parent: nil)
    }
}
