public import DashAPI
public import DashModel
public import DashPipeline
public import DashStorage
public import Logging

/// Everything that the web server stands on; filled by the executable, or by a test.
public struct WebDependencies: Sendable {
    public var store: Store
    public var operations: any PipelineOperations
    public var resources: ResourceService
    public var accounts: Accounts
    public var tokens: TokenAuthenticator
    public var publicDashboards: PublicDashboards
    public var live: LiveHub
    public var rights: GrantWatch
    public var components: Components
    public var border: Border
    /// Where the server's own measurements go.
    public var registry: MetricsRegistry
    public var settings: WebSettings
    /// The text of `/metrics`.
    public var metrics: @Sendable () async -> String
    public var readiness: @Sendable () async -> Readiness
    public var clock: any WallClock
    public var logger: Logger

    public init(
        store: Store,
        operations: any PipelineOperations,
        resources: ResourceService,
        accounts: Accounts,
        tokens: TokenAuthenticator,
        publicDashboards: PublicDashboards,
        live: LiveHub,
        rights: GrantWatch,
        components: Components,
        border: Border = Border(),
        registry: MetricsRegistry = MetricsRegistry(),
        settings: WebSettings,
        metrics: @escaping @Sendable () async -> String = { "" },
        readiness: @escaping @Sendable () async -> Readiness = { Readiness(isReady: true) },
        clock: any WallClock = SystemClock(),
        logger: Logger
    ) {
        self.store = store
        self.operations = operations
        self.resources = resources
        self.accounts = accounts
        self.tokens = tokens
        self.publicDashboards = publicDashboards
        self.live = live
        self.rights = rights
        self.components = components
        self.border = border
        self.registry = registry
        self.settings = settings
        self.metrics = metrics
        self.readiness = readiness
        self.clock = clock
        self.logger = logger
    }
}
