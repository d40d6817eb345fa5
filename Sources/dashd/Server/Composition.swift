import DashAPI
import DashConnectors
import DashExchange
import DashJobs
import DashModel
import DashPipeline
import DashStorage
import DashWeb
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// Puts the server together: the one place that knows engines and connectors.
struct Composition {
    let settings: Settings
    let logger: Logger
    let clock: any WallClock
    let engine: Engine
    let exchange: Exchange
    let accounts: Accounts
    let metrics = MetricsRegistry()
    let signals = JobSignals()
    /// The queue of the server's mails; nil when it sends none.
    let mail: MailQueue?
    let store: Store

    /// Opens the installation and brings its schema up to date.
    init(settings: Settings) async throws {
        self.settings = settings
        clock = SystemClock()
        logger = LogOutput.start(level: settings.logLevel)
        try Self.makeDataDirectory(settings.dataDirectory)
        let keys = try settings.secretKeys ?? [SecretKeyFile.load(in: settings.dataDirectory)]
        engine = try await Engine(settings.database, sealer: try AESGCMSealer(keys: keys), clock: clock)
        store = engine.store.measured(in: metrics)
        exchange = Exchange(engine, clock: clock)
        let (signals, pubsub) = (signals, exchange.pubsub)
        mail = settings.mail.map { _ in MailQueue(signals: signals) }
        accounts = Accounts(
            store: store.resources,
            hasher: PasswordHasher(metrics: metrics),
            registration: settings.registrationIsOpen ? .open : .invite,
            signer: try SecretSigner(keys: keys),
            mail: mail,
            publicURL: settings.publicURL,
            sessionLimits: settings.sessions,
            metrics: metrics,
            clock: clock,
            onSessionsEnded: { sessions in
                for session in sessions {
                    await Self.announce(
                        .changed(resource: "sessions", id: session.id, team: session.team, parent: session.user),
                        on: pubsub
                    )
                }
            }
        )
    }

    /// Runs the server until it is told to stop.
    func serve(demo: Bool) async throws {
        let lock = try installationLock()
        try await tellOfUnreadableConfigs()
        let http = OutboundHTTP(
            egress: EgressGuard(
                policy: EgressPolicy(allowing: settings.egressAllow.compactMap { AddressRange($0) }),
                metrics: metrics,
                logger: Logger(label: "dash.egress")
            )
        )
        let components = Builtins.components(
            http: http,
            filesDirectory: settings.dataDirectory + "/files",
            hasSystemSource: settings.systemSourceIsOn,
            clock: clock
        )
        let (objects, objectServices) = objectStore()
        let border = Border(limits: settings.border, metrics: metrics)
        let pubsub = exchange.pubsub
        engine.register(metrics)
        let waker = exchange.jobQueues.map { JobWaker(signals: signals, queues: $0) }
        let pipelines = PipelineEngine(
            store: store,
            cache: exchange.cache,
            pubsub: pubsub,
            lease: exchange.lease,
            isStoreShared: engine.isShared,
            components: components,
            border: border,
            clock: clock,
            metrics: metrics,
            signals: signals,
            leadership: exchange.leadership,
            duties: engine.duties,
            objects: objects,
            uploadLimits: settings.uploads,
            logger: Logger(label: "dash.pipeline")
        )
        let links = PublicDashboards(store: store)
        let tokens = TokenAuthenticator(store: store, clock: clock, logger: Logger(label: "dash.tokens"))
        let resources = ResourceService(
            store: store,
            operations: pipelines,
            components: components,
            widgetTypes: WidgetKinds.names,
            tokens: tokens,
            border: border,
            links: links,
            uploads: pipelines.uploads,
            invitations: mail.map { InvitationMail(queue: $0, accounts: accounts) },
            clock: clock,
            onChange: { change in
                pipelines.take(changeOf: change.resource, in: change.team)
                let event = ExchangeEvent.changed(
                    resource: change.resource,
                    id: change.id,
                    team: change.team,
                    parent: change.parent
                )
                await Self.announce(event, on: pubsub)
            }
        )
        let live = LiveHub(
            store: store,
            operations: pipelines,
            pubsub: pubsub,
            queries: DataQueries(records: store.records, border: border, clock: clock),
            metrics: metrics,
            logger: Logger(label: "dash.live")
        )
        let rights = GrantWatch(
            review: GrantReview(store: store, clock: clock),
            pubsub: pubsub,
            clock: clock,
            metrics: metrics,
            logger: Logger(label: "dash.rights")
        )
        let drain = Drain(period: .seconds(settings.drainSeconds))
        let web = try await WebApplication(
            WebDependencies(
                store: store,
                operations: pipelines,
                resources: resources,
                accounts: accounts,
                tokens: tokens,
                publicDashboards: links,
                live: live,
                rights: rights,
                components: components,
                border: border,
                registry: metrics,
                settings: WebSettings(
                    publicURL: settings.publicURL,
                    assets: settings.resourceDirectory + "/Public",
                    templates: settings.resourceDirectory + "/Templates",
                    proxies: settings.proxies,
                    times: settings.connectionTimes
                ),
                metrics: { metrics.render() },
                readiness: { [engine] in await drain.readiness(of: engine) },
                clock: clock,
                logger: Logger(label: "dash.web")
            )
        )
        let password =
            demo
            ? try await Demo(accounts: accounts, resources: resources, store: store)
                .prepare(dataDirectory: settings.dataDirectory) : nil
        // Dependencies first: the shutdown goes through the list from its end.
        // The streams end before the web server does, which waits for its connections.
        let services: [any Service] =
            engine.services + exchange.services + [http] + objectServices + pipelines.services
            + [waker].compactMap { $0 } + mailServices()
            + [
                Housekeeping(accounts: accounts, tokens: tokens, links: links, pubsub: pubsub, logger: logger),
                web.makeApplication(
                    hostname: settings.host,
                    port: settings.port,
                    onRunning: { announce(port: $0, isDemo: demo, password: password) }
                ),
                live, rights, drain,
            ]
        let group = ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await group.run()
        try await store.engine.close()
        withExtendedLifetime(lock) {}
        logger.info("stopped")
    }

    /// What sends the server's mails. The mail server is the operator's, so the rule of public addresses does not hold for it.
    private func mailServices() -> [any Service] {
        guard let server = settings.mail else { return [] }
        let logger = Logger(label: "dash.mail")
        let egress = EgressGuard(policy: Self.anywhere, metrics: metrics, logger: logger)
        var jobs = JobRegistry()
        jobs.register(MailJob(writer: accounts, mailer: SMTPMailer(server, egress: egress), logger: logger))
        return [
            JobRunner(
                queue: MailQueue.name,
                store: store.jobs,
                registry: jobs,
                concurrency: 2,
                signals: signals,
                clock: clock,
                logger: logger
            )
        ]
    }

    private static let anywhere = EgressPolicy(allowing: ["0.0.0.0/0", "::/0"].compactMap { AddressRange($0) })

    /// Tells all nodes; what was changed stays changed when that fails.
    private static func announce(_ event: ExchangeEvent, on pubsub: any PubSub) async {
        do {
            try await pubsub.publish(event, to: .resources)
        } catch {
            Logger(label: "dash").error(
                "a change was not announced",
                metadata: ["error": "\(String(reflecting: error))"]
            )
        }
    }

    /// Where uploads wait, and what must run for it. Whoever sets the server up says where its bucket is, so the rule of
    /// public addresses, which is for what teams set up, does not hold for it.
    private func objectStore() -> (any ObjectStore, [any Service]) {
        switch settings.objectStore {
        case .folder(let path): return (FolderObjectStore(path: path), [])
        case .s3(let bucket):
            let http = OutboundHTTP(
                egress: EgressGuard(
                    policy: Self.anywhere,
                    logger: Logger(label: "dash.objects")
                )
            )
            let location = S3Location(
                bucket: bucket.name,
                prefix: bucket.prefix,
                endpoint: bucket.endpoint,
                region: bucket.region,
                accessKeyID: bucket.accessKeyID,
                secretAccessKey: bucket.secretAccessKey
            )
            return (S3ObjectStore(location, http: http, clock: clock), [http])
        }
    }

    /// An embedded database has one server; others would not see its leases.
    private func installationLock() throws -> InstallationLock? {
        guard case .sqlite(let path) = settings.database else { return nil }
        return try InstallationLock(database: path)
    }

    /// A missing key shows at the start, and not only when somebody looks for a pipeline that stands still.
    private func tellOfUnreadableConfigs() async throws {
        for (resource, row) in try await SealedConfigs.unreadable(in: store.resources) {
            logger.error(
                "a config can't be opened",
                metadata: [
                    resource.singular: "\(row.id.text)",
                    "reason": "\(row.unreadable.values.sorted().joined(separator: " "))",
                ]
            )
        }
    }

    /// Tells of keys that look like settings and are none.
    func warn(aboutUnknown keys: [String]) {
        for key in keys { logger.warning("unknown setting, without effect", metadata: ["key": "\(key)"]) }
    }

    /// What a person who started the server needs to know.
    private func announce(port: Int, isDemo: Bool, password: String?) {
        var lines = ["Dash is running: \(settings.address(port: port))"]
        if isDemo {
            let secret = password.map { "the password \($0)" } ?? "the password that you gave it"
            lines.append("Sign in as \(Demo.email) with \(secret)")
        }
        FileHandle.standardOutput.write(Data((lines.joined(separator: "\n") + "\n").utf8))
        logger.info("listening", metadata: ["host": "\(settings.host)", "port": "\(port)"])
    }

    private static func makeDataDirectory(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw SettingsError(issues: [
                .init(
                    key: "--data",
                    form: "must be a folder that can be written",
                    fix: "Name another, or change its owner."
                )
            ])
        }
    }
}
