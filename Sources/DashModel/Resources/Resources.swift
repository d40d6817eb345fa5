/// Every resource of Dash. A new one is a file beside this one and a line here.
public enum Resources {
    public static let all: [Resource] = [
        teams, users, memberships, pipelines, pipelineSinks, dataMappings, dataMappingVersions, dashboards, widgets,
        sessions, accountLinks, apiTokens, invitations, jobs, runs, deliveries, quarantinedRecords, replays, uploads,
        auditEvents,
        dashboardsPipelines, pipelineCounters, idempotencyKeys, dueTimes,
    ]

    private static let byName = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

    public static func named(_ name: String) -> Resource? { byName[name] }

    /// Those that REST offers.
    public static var exposed: [Resource] { all.filter { !$0.actions.isEmpty } }
}
