public import DashAPI
public import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
public import ServiceLifecycle

/// The web server: which routes there are, in which order requests pass what, and how it listens.
public struct WebApplication: Sendable {
    private let dependencies: WebDependencies
    private let files: StaticFiles
    private let pages: PageRenderer

    /// Reads templates and assets; throws when a folder is missing or a template can't be read.
    public init(_ dependencies: WebDependencies) async throws {
        self.dependencies = dependencies
        files = try StaticFiles(directory: dependencies.settings.assets)
        pages = try await PageRenderer(
            templates: dependencies.settings.templates,
            parts: WidgetKinds.templates,
            assets: files,
            sendsMail: dependencies.accounts.sendsMail
        )
    }

    /// Every route of Dash. What is added before a middleware does not pass it.
    public func makeRouter() -> Router<DashRequestContext> {
        let router = AddressRouter()
        addIngest(to: router)
        router.add(middleware: HeadAnswers())
        HealthEndpoints(metrics: dependencies.metrics, readiness: dependencies.readiness).add(to: router)
        router.add(middleware: RequestIdentity())
        router.add(middleware: SecurityHeaders(isSecure: dependencies.settings.isSecure))
        router.add(middleware: ErrorAnswers(pages: pages))
        router.get("/assets/**") { request, context in try files.respond(to: request, context: context) }
        router.add(
            middleware: Authentication(
                accounts: dependencies.accounts,
                tokens: dependencies.tokens,
                proxies: dependencies.settings.proxies,
                confirmsAfter: dependencies.settings.confirmsAfter
            )
        )
        router.add(middleware: RateLimiting(border: dependencies.border))
        router.add(middleware: LongRights(rights: dependencies.rights))
        let site = Site(dependencies: dependencies, pages: pages)
        RESTRoutes(service: dependencies.resources).add(to: router)
        LiveRoutes(site: site).add(to: router)
        AccountRoutes(site: site).add(to: router)
        PasswordRoutes(site: site).add(to: router)
        ConfirmRoutes(site: site).add(to: router)
        PersonRoutes(site: site).add(to: router)
        SessionRoutes(site: site).add(to: router)
        TeamRoutes(site: site).add(to: router)
        TokenRoutes(site: site).add(to: router)
        AuditRoutes(site: site).add(to: router)
        PipelineRoutes(site: site).add(to: router)
        DashboardRoutes(site: site).add(to: router)
        return router.completed()
    }

    /// The server as a service; `onRunning` is told the port once it listens. A deep backlog, as a thousand dashboards come back at once after a restart.
    public func makeApplication(
        hostname: String,
        port: Int,
        services: [any Service] = [],
        onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        let connections = Connections(
            border: dependencies.border,
            times: dependencies.settings.times,
            proxies: dependencies.settings.proxies,
            metrics: dependencies.registry
        )
        return Application(
            responder: ExpectationResponder(base: ChildTaskResponder(base: makeRouter().buildResponder())),
            server: HTTPServerBuilder { GuardedChannel(connections, responder: $0) },
            configuration: ApplicationConfiguration(
                address: .hostname(hostname, port: port),
                backlog: 4_096
            ),
            services: services,
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? port) },
            logger: dependencies.logger
        )
    }

    private func addIngest(to router: some RouterMethods<DashRequestContext>) {
        let ingest = IngestEndpoint(
            operations: dependencies.operations,
            tokens: dependencies.tokens,
            border: dependencies.border,
            bodyLimit: dependencies.settings.ingestLimit,
            publicURL: dependencies.settings.publicURL,
            confirmsAfter: dependencies.settings.confirmsAfter,
            clock: dependencies.clock
        )
        router.post("/ingest/{pipeline_id}") { request, context in
            try await ingest.respond(to: request, context: context)
        }
        let handshake = WebhookHandshake(operations: dependencies.operations)
        router.on("/ingest/{pipeline_id}", method: .options) { request, context in
            try await handshake.respond(to: request, context: context)
        }
    }
}
