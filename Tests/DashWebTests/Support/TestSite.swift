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
import Testing

@testable import DashAPI
@testable import DashWeb

/// The whole web server on a database of its own, asked through the router without a socket.
struct TestSite: Sendable {
    let store: SQLiteStore
    let pubsub = MemoryPubSub()
    let operations: TestOperations
    let accounts: Accounts
    let tokens: TokenAuthenticator
    let resources: ResourceService
    let live: LiveHub
    let links: PublicDashboards
    let border: Border
    let folder: URL

    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static let quiet: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    init(limits: BorderLimits = BorderLimits()) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "dash-web-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = try await SQLiteStore(
            path: folder.appending(path: "dash.sqlite").path,
            sealer: AESGCMSealer(keys: [AESGCMSealer.makeKey()]),
            logger: Self.quiet,
            readers: 4
        )
        try await store.migrate()
        operations = TestOperations(store: store, pubsub: pubsub)
        accounts = Accounts(store: store, hasher: PasswordHasher(cost: ScryptCost(logRounds: 4), concurrency: 4))
        tokens = TokenAuthenticator(store: store, logger: Self.quiet)
        links = PublicDashboards(store: store)
        border = Border(limits: limits)
        let pubsub = pubsub
        resources = ResourceService(
            store: store,
            operations: operations,
            components: Self.components,
            tokens: tokens,
            border: border,
            links: links,
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
        live = LiveHub(
            store: store,
            operations: operations,
            pubsub: pubsub,
            queries: DataQueries(store: store, border: border),
            logger: Self.quiet
        )
    }

    /// Runs the body against the router, with the live hub beside it.
    func run<Value: Sendable>(_ body: @escaping @Sendable (any TestClientProtocol) async throws -> Value) async throws
        -> Value
    {
        let web = try await WebApplication(dependencies)
        let app = Application(router: web.makeRouter(), services: [live], logger: Self.quiet)
        let value = try await app.test(.router, body)
        try await store.close()
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
            cache: MemoryCache(),
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
                    ConfigField("headers", .dictionary),
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
