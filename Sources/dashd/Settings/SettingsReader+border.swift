import DashModel
import DashPipeline
import DashWeb
import Foundation

extension SettingsReader {
    /// What one team, token or address may take.
    mutating func border(_ database: Settings.Database) -> BorderLimits {
        var limits = BorderLimits()
        let many = 1...1_000_000_000
        limits.posts = number("RATE_POSTS", many, default: limits.posts)
        limits.requests = number("RATE_REQUESTS", many, default: limits.requests)
        limits.queries = number("RATE_QUERIES", many, default: limits.queries)
        limits.visits = number("RATE_VISITS", many, default: limits.visits)
        limits.streamStarts = number("RATE_STREAMS", many, default: limits.streamStarts)
        limits.teamStreams = number("STREAMS_TEAM", many, default: limits.teamStreams)
        limits.linkStreams = number("STREAMS_LINK", many, default: limits.linkStreams)
        limits.addressStreams = number("STREAMS_ADDRESS", many, default: limits.addressStreams)
        limits.connections = number("CONNECTIONS", many, default: limits.connections)
        limits.addressConnections = number("CONNECTIONS_ADDRESS", many, default: limits.addressConnections)
        limits.pipelines = number("MAX_PIPELINES", many, default: limits.pipelines)
        limits.dashboards = number("MAX_DASHBOARDS", many, default: limits.dashboards)
        limits.widgets = number("MAX_WIDGETS", many, default: limits.widgets)
        limits.tokens = number("MAX_TOKENS", many, default: limits.tokens)
        readQueries(&limits, database)
        limits.bodyMemory = number("BODY_MEMORY_MB", 4...1_000_000, default: limits.bodyMemory >> 20) << 20
        limits.workThreads = number("WORK_THREADS", 1...256, default: limits.workThreads)
        limits.batchSteps = number("BATCH_STEPS", many, default: limits.batchSteps)
        limits.previewSteps = number("PREVIEW_STEPS", many, default: limits.previewSteps)
        return limits
    }

    /// Queries leave readers for everything else.
    private mutating func readQueries(_ limits: inout BorderLimits, _ database: Settings.Database) {
        var most = 6
        if case .postgres(let settings) = database {
            most = max(1, settings.readPool - 2)
            limits.queriesAtOnce = min(most, 16)
            // Where the server shares a small machine with the node, each takes a processor from the saving transactions.
            limits.teamQueriesAtOnce = min(4, max(2, ProcessInfo.processInfo.activeProcessorCount))
        }
        limits.queriesAtOnce = number("QUERIES", 1...most, default: min(most, limits.queriesAtOnce))
        limits.teamQueriesAtOnce = number("QUERIES_TEAM", 1...most, default: min(most, limits.teamQueriesAtOnce))
        limits.queryCost = number("QUERY_COST", 1...1_000_000_000_000, default: limits.queryCost)
        limits.queryWorkers = number("QUERY_WORKERS", 0...64, default: limits.queryWorkers)
        limits.queryTime = .seconds(number("QUERY_SECONDS", 1...600, default: 10))
    }

    /// How long connections may keep the server waiting.
    mutating func connectionTimes() -> ConnectionTimes {
        var times = ConnectionTimes()
        let seconds = 1...86_400
        times.head = .seconds(number("HEAD_SECONDS", seconds, default: 10))
        times.idle = .seconds(number("IDLE_SECONDS", seconds, default: 75))
        times.body = .seconds(number("BODY_SECONDS", seconds, default: 30))
        times.answer = .seconds(number("ANSWER_SECONDS", seconds, default: 60))
        times.rate = number("BODY_RATE", 1...1_000_000_000, default: times.rate)
        return times
    }

    mutating func trustedProxies() -> TrustedProxies {
        guard let text = value("TRUSTED_PROXIES") else { return TrustedProxies() }
        if text == "none" { return TrustedProxies([]) }
        let parts = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let ranges = parts.compactMap { AddressRange($0) }
        if ranges.count != parts.count || ranges.isEmpty {
            refuse(
                "DASH_TRUSTED_PROXIES",
                "none, or a comma list of address ranges like 10.0.0.0/8,fd00::/8",
                "Name only proxies that set Forwarded or X-Forwarded-For themselves; leave it out for those on this machine."
            )
        }
        return TrustedProxies(ranges)
    }

    static let borderNames: Set<String> = [
        "STREAMS_TEAM", "STREAMS_LINK", "STREAMS_ADDRESS", "CONNECTIONS", "CONNECTIONS_ADDRESS", "HEAD_SECONDS",
        "IDLE_SECONDS", "BODY_SECONDS", "ANSWER_SECONDS", "BODY_RATE",
        "RATE_POSTS", "RATE_REQUESTS", "RATE_QUERIES", "RATE_VISITS", "RATE_STREAMS", "MAX_PIPELINES", "MAX_DASHBOARDS",
        "MAX_WIDGETS", "MAX_TOKENS",
        "QUERIES", "QUERIES_TEAM", "QUERY_COST", "QUERY_SECONDS", "QUERY_WORKERS", "BODY_MEMORY_MB", "WORK_THREADS",
        "BATCH_STEPS",
        "PREVIEW_STEPS",
        "TRUSTED_PROXIES",
    ]
}
