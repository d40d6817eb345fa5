import DashExchange
import DashJSON
import DashModel
import DashPipeline
import DashSQLite
import DashStorage
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import ServiceLifecycle
import Testing

@testable import DashAPI
@testable import DashWeb

/// The whole web server on a database of its own, asked through the router without a socket.
struct TestSite: Sendable {
    let store: Store
    let pubsub = MemoryPubSub()
    let operations: TestOperations
    let accounts: Accounts
    let tokens: TokenAuthenticator
    let resources: ResourceService
    let live: LiveHub
    let rights: GrantWatch
    let links: PublicDashboards
    let border: Border
    let registry = MetricsRegistry()
    let folder: URL

    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static let quiet: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    init(
        limits: BorderLimits = BorderLimits(),
        clock: any WallClock = SystemClock(),
        mail: Bool = false
    ) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "dash-web-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = try await SQLiteEngine(
            path: folder.appending(path: "dash.sqlite").path,
            sealer: AESGCMSealer(keys: [AESGCMSealer.makeKey()]),
            logger: Self.quiet,
            readers: 4
        ).store
        try await store.engine.migrate()
        operations = TestOperations(store: store, pubsub: pubsub)
        accounts = Accounts(
            store: store.resources,
            hasher: PasswordHasher(cost: ScryptCost(logRounds: 4), concurrency: 4),
            mail: mail ? MailQueue() : nil,
            publicURL: "http://dash.test",
            clock: clock,
            onSessionsEnded: { [pubsub] sessions in
                for session in sessions {
                    let event = ExchangeEvent.changed(
                        resource: "sessions",
                        id: session.id,
                        team: session.team,
                        parent: session.user
                    )
                    try? await pubsub.publish(event, to: .resources)
                }
            }
        )
        tokens = TokenAuthenticator(store: store, clock: clock, logger: Self.quiet)
        links = PublicDashboards(store: store)
        // The time of its rates stands still: what is beyond them stays so, however long a test takes.
        let start = ContinuousClock.now
        border = Border(limits: limits, instant: { start }, metrics: registry)
        let pubsub = pubsub
        resources = ResourceService(
            store: store,
            operations: operations,
            components: Self.components,
            widgetTypes: WidgetKinds.names,
            tokens: tokens,
            border: border,
            links: links,
            invitations: mail ? InvitationMail(queue: MailQueue(), accounts: accounts) : nil,
            clock: clock,
            onChange: { change in
                let event = ExchangeEvent.changed(
                    resource: change.resource,
                    id: change.id,
                    team: change.team,
                    parent: change.parent
                )
                try? await pubsub.publish(event, to: .resources)
            }
        )
        rights = GrantWatch(
            review: GrantReview(store: store, clock: clock),
            pubsub: pubsub,
            clock: clock,
            logger: Self.quiet
        )
        live = LiveHub(
            store: store,
            operations: operations,
            pubsub: pubsub,
            queries: DataQueries(records: store.records, border: border),
            metrics: registry,
            logger: Self.quiet
        )
    }

    /// Runs the body against the router, with the live hub beside it.
    func run<Value: Sendable>(_ body: @escaping @Sendable (any TestClientProtocol) async throws -> Value) async throws
        -> Value
    {
        let web = try await WebApplication(dependencies)
        let app = Application(router: web.makeRouter(), services: [live, rights], logger: Self.quiet)
        let value = try await app.test(.router, body)
        try await store.engine.close()
        try? FileManager.default.removeItem(at: folder)
        return value
    }

    /// Runs the body against the whole server on a port of its own.
    func serve<Value: Sendable>(
        times: ConnectionTimes = .patient,
        proxies: TrustedProxies = TrustedProxies(),
        confirmsAfter: Duration = .seconds(1),
        _ body: @escaping @Sendable (_ port: Int) async throws -> Value
    ) async throws -> Value {
        var dependencies = self.dependencies
        dependencies.settings.times = times
        dependencies.settings.proxies = proxies
        dependencies.settings.confirmsAfter = confirmsAfter
        dependencies.registry = registry
        let web = try await WebApplication(dependencies)
        let (ports, running) = AsyncStream.makeStream(of: Int.self)
        let app = web.makeApplication(hostname: "127.0.0.1", port: 0, services: [live, rights]) { port in
            running.yield(port)
        }
        let group = ServiceGroup(configuration: .init(services: [app], logger: Self.quiet))
        let result = try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { running.finish() }
                try await group.run()
            }
            var iterator = ports.makeAsyncIterator()
            let result: Result<Value, any Error>
            do {
                result = .success(try await body(try #require(await iterator.next())))
            } catch {
                result = .failure(error)
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return result
        }
        let value = try result.get()
        try await store.engine.close()
        try? FileManager.default.removeItem(at: folder)
        return value
    }

    var dependencies: WebDependencies {
        WebDependencies(
            store: store,
            operations: operations,
            resources: resources,
            accounts: accounts,
            tokens: tokens,
            publicDashboards: links,
            live: live,
            rights: rights,
            components: Self.components,
            border: border,
            settings: WebSettings(
                publicURL: "http://dash.test",
                assets: Self.repository.appending(path: "Public").path,
                templates: Self.repository.appending(path: "Templates").path
            ),
            metrics: { "dash_up 1\n" },
            readiness: { Readiness(isReady: false, checks: [(name: "draining", state: "yes")]) },
            logger: Self.quiet
        )
    }

    static let components = Components(
        sources: [
            SourceKind(
                name: "http",
                title: "HTTP API",
                summary: "Asks an address.",
                pipelineType: "polling",
                fields: [
                    ConfigField("url", .url, required: true, label: "URL"),
                    ConfigField("headers", .headers),
                    ConfigField(
                        "auth",
                        .group([
                            ConfigField("kind", .choice(["none", "bearer"]), default: "none"),
                            ConfigField("token", .string, secret: true),
                        ])
                    ),
                ]
            ),
            SourceKind(
                name: "webhook",
                title: "Webhook",
                summary: "Takes posts.",
                pipelineType: "realtime",
                fields: [ConfigField("auth", .choice(["bearer", "none"]), default: "bearer")]
            ),
            SourceKind(
                name: "pipeline",
                title: "Pipeline",
                summary: "Follows another.",
                pipelineType: "p2p",
                fields: [ConfigField("pipeline_id", .pipeline, required: true)]
            ),
        ],
        sinks: [
            SinkKind(
                name: "webhook",
                title: "Webhook",
                summary: "Posts records.",
                fields: [ConfigField("url", .url, required: true)],
                make: { _ in NoSink() }
            )
        ]
    )

    private struct NoSink: Sink {
        func send(_ delivery: Delivery) async throws {}
    }
}

extension TestSite {
    /// A team with its owner, and a realtime pipeline with some records.
    struct Tenant: Sendable {
        var owner: Principal
        var team: UUID
        var pipeline: UUID
    }

    func makeTenant(auth: String = "bearer", records: [String] = []) async throws -> Tenant {
        let signedIn = try await accounts.signUp(
            email: "owner-\(UUID().uuidString.prefix(8))@example.org",
            password: "correct horse battery",
            teamName: "Team"
        )
        let owner = try #require(signedIn.session.principal)
        let pipeline = try await makePipeline("Readings", as: owner, auth: auth)
        operations.accept(pipeline, in: owner.team, auth: auth)
        if !records.isEmpty { try await operations.save(records.map { Array($0.utf8) }, to: pipeline, in: owner.team) }
        return Tenant(owner: owner, team: owner.team, pipeline: pipeline)
    }

    func makePipeline(_ name: String, as principal: Principal, auth: String = "bearer") async throws -> UUID {
        let attributes: JSONObject = [
            "name": .string(name), "type": "realtime", "source_type": "webhook",
            "source_config": ["auth": .string(auth)],
        ]
        return try await resources.create(Resources.pipelines, ResourceInput(attributes: attributes), as: principal).row
            .id
    }

    func makeToken(_ scopes: [JSONValue], as principal: Principal) async throws -> String {
        let attributes = ["name": "test", "scopes": .array(scopes)] as JSONObject
        let made = try await resources.create(Resources.apiTokens, ResourceInput(attributes: attributes), as: principal)
        return try #require(made.secret)
    }

    func makeDashboard(as principal: Principal) async throws -> UUID {
        let attributes = ["name": "Overview", "slug": .string("overview-" + UUID.v7().text.suffix(8))] as JSONObject
        return try await resources.create(Resources.dashboards, ResourceInput(attributes: attributes), as: principal)
            .row.id
    }

    func makeWidget(
        _ type: String,
        on dashboard: UUID,
        query: JSONValue,
        config: JSONValue = [:],
        as principal: Principal
    ) async throws -> UUID {
        let attributes: JSONObject = [
            "type": .string(type), "config": config, "data_query": query,
            "position": ["x": 0, "y": 0, "w": 6, "h": 4],
        ]
        let input = ResourceInput(attributes: attributes, relationships: ["dashboard": dashboard])
        return try await resources.create(Resources.widgets, input, as: principal).row.id
    }

    /// A member of the tenant's team with a role of their own, signed in.
    func signIn(_ role: Role, into tenant: Tenant) async throws -> (email: String, token: String) {
        let email = "\(role.rawValue)-\(UUID().uuidString.prefix(8).lowercased())@example.org"
        let attributes = ["email": .string(email), "role": .string(role.rawValue)] as JSONObject
        let offer = try await resources.create(
            Resources.invitations,
            ResourceInput(attributes: attributes),
            as: tenant.owner
        )
        let signedIn = try await accounts.signUp(
            email: email,
            password: "correct horse battery",
            invitation: offer.secret
        )
        return (email, signedIn.token)
    }
}
