import Glibc

/// What one party may take, in figures that nobody notices in ordinary use; each has a setting in `docs/operations.md`.
public struct BorderLimits: Sendable, Hashable {
    /// Posts of a team in a minute.
    public var posts = 1_000_000
    /// Requests of a team, and of one token, to REST and pages in a minute.
    public var requests = 30_000
    /// Data queries of a team in a minute.
    public var queries = 6_000
    /// Requests of one address that nobody has signed, public pages among them, in a minute.
    public var visits = 30_000
    /// Streams that are opened from one address in a minute.
    public var streamStarts = 3_000

    /// Open streams of a team, of a public link, of an address.
    public var teamStreams = 5_000
    public var linkStreams = 2_000
    public var addressStreams = 500
    /// Open connections in all, and of an address that is no proxy.
    public var connections = BorderLimits.roomForConnections
    public var addressConnections = 1_000

    /// Rows of a team.
    public var pipelines = 2_000
    public var dashboards = 1_000
    public var widgets = 20_000
    public var tokens = 1_000

    /// How many data queries run at once, and of one team.
    public var queriesAtOnce = 5
    public var teamQueriesAtOnce = 2
    /// Rows that a data query may read, each counted as often as it is worked on.
    public var queryCost = 20_000_000
    public var queryTime = Duration.seconds(10)
    /// Processes of PostgreSQL that a query may have beside its own while no other one runs on the node.
    public var queryWorkers = 2

    /// What bodies of more than 32 KB may take up together, in bytes; those of one team half of it.
    public var bodyMemory = 64 << 20

    /// Threads for what takes long: decoding and mapping large bodies, previews.
    public var workThreads = BorderLimits.processors + 1
    /// Steps of expressions and patterns that mapping one batch may take, and a preview.
    public var batchSteps = 10_000_000
    public var previewSteps = 2_500_000
    /// How long a large body waits for room. It has no setting.
    package var bodyPatience = Duration.seconds(10)

    public init() {}

    /// More than all streams need, as far as the process may open files: past those nobody could be refused politely.
    static var roomForConnections: Int {
        var files = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files) == 0 else { return 25_000 }
        let most = Int(clamping: files.rlim_cur)
        return max(64, min(25_000, most - min(512, most / 4)))
    }

    static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
