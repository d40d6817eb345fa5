import DashJSON
import DashJobs
import DashMapping
import DashModel
import DashStorage
import FoundationEssentials

/// Finds everything wrong with a pipeline, sink or mapping before it is saved.
struct RowVerifier {
    let components: Components
    /// nil: there is no installation to ask for other rows.
    let store: (any ResourceStore)?
    let team: UUID

    func issues(_ resource: Resource, _ row: ResourceRow) async throws -> [DashError.Issue] {
        switch resource.name {
        case Resources.pipelines.name: try await pipelineIssues(row)
        case Resources.pipelineSinks.name: sinkIssues(row)
        case Resources.dataMappings.name: mappingIssues(row)
        default: []
        }
    }

    private func pipelineIssues(_ row: ResourceRow) async throws -> [DashError.Issue] {
        var issues = scheduleIssues(row)
        guard let kind = components.source(row.string("source_type") ?? "") else {
            let known = components.sources.map(\.name).joined(separator: ", ")
            issues.append(.init(pointer: "/source_type", message: "is not a source of this server; there are \(known)"))
            return issues
        }
        if kind.pipelineType != row.string("type") {
            let message =
                "\(kind.name) feeds \(kind.pipelineType) pipelines, this one is \(row.string("type") ?? "none")"
            issues.append(.init(pointer: "/source_type", message: message))
        }
        issues += configIssues(row["source_config"], kind.fields, at: "/source_config") { config in
            try kind.check?(config)
            _ = try kind.make?(config)
        }
        if kind.pipelineType == PipelineType.p2p.rawValue { issues += try await upstreamIssues(row) }
        return issues
    }

    private func scheduleIssues(_ row: ResourceRow) -> [DashError.Issue] {
        guard row.string("type") == PipelineType.polling.rawValue else { return [] }
        let cron = row.string("cron").flatMap { $0.isEmpty ? nil : $0 }
        switch (cron, row.int("interval_seconds")) {
        case (nil, nil):
            return [.init(pointer: "/interval_seconds", message: "a polling pipeline needs an interval or a cron")]
        case (_?, _?):
            return [.init(pointer: "/cron", message: "give either an interval or a cron, not both")]
        case (let cron?, nil):
            do {
                _ = try CronExpression(cron, timeZone: row.string("timezone").flatMap { $0.isEmpty ? nil : $0 })
            } catch {
                return [.init(pointer: "/cron", message: "\(error)")]
            }
        case (nil, let seconds?):
            if seconds < 1 { return [.init(pointer: "/interval_seconds", message: "must be at least 1")] }
        }
        return []
    }

    private func sinkIssues(_ row: ResourceRow) -> [DashError.Issue] {
        guard let kind = components.sink(row.string("sink_type") ?? "") else {
            let known = components.sinks.map(\.name).joined(separator: ", ")
            return [.init(pointer: "/sink_type", message: "is not a sink of this server; there are \(known)")]
        }
        return configIssues(row["sink_config"], kind.fields, at: "/sink_config") { _ = try kind.make($0) }
    }

    /// First the fields one by one, then, if they are right, the component itself.
    private func configIssues(
        _ config: JSONValue,
        _ fields: [ConfigField],
        at pointer: String,
        make: (JSONValue) throws -> Void
    ) -> [DashError.Issue] {
        var validator = ConfigValidator()
        validator.check(config.isNull ? [:] : config, fields, at: pointer)
        guard validator.issues.isEmpty else { return validator.issues }
        do {
            try make(config.isNull ? [:] : config)
            return []
        } catch let error as DashError where !error.issues.isEmpty {
            return error.issues.map { issue in
                let isWhole = issue.pointer.hasPrefix(pointer + "/")
                return .init(pointer: isWhole ? issue.pointer : pointer + issue.pointer, message: issue.message)
            }
        } catch {
            return [.init(pointer: pointer, message: "\(error)")]
        }
    }

    private func mappingIssues(_ row: ResourceRow) -> [DashError.Issue] {
        var issues: [DashError.Issue] = []
        var tests: MappingTests?
        do throws(MappingErrors) { tests = try MappingTests(row["tests"]) } catch { issues += error.issues }
        do throws(MappingErrors) {
            let definition = try MappingDefinition(MappingColumns.definition(of: row))
            issues += definition.issuesOfSaving
            let program = try MappingProgram(compiling: definition)
            return issues + (tests?.failures(of: program) ?? [])
        } catch {
            return error.issues + issues
        }
    }

    private func upstreamIssues(_ row: ResourceRow) async throws -> [DashError.Issue] {
        let pointer = "/source_config/pipeline_id"
        guard let store, let upstream = PipelineLinks.upstream(of: row) else { return [] }
        if upstream == row.id { return [.init(pointer: pointer, message: "a pipeline can't read itself")] }
        guard try await store.fetch(Resources.pipelines, id: upstream, in: .team(team)) != nil else {
            return [.init(pointer: pointer, message: "is not a pipeline of this team")]
        }
        var links = try await PipelineLinks.all(of: team, store)
        links.removeAll { $0.pipeline == row.id }
        guard let circle = PipelineLinks.circle(from: row.id, through: upstream, links) else { return [] }
        let message = "would close a circle of \(circle.count) pipelines, in which records never come to rest"
        return [.init(pointer: pointer, message: message)]
    }
}
