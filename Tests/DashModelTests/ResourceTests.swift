import DashJSON
import DashModel
import Testing

@Suite("Declarations of resources")
struct ResourceTests {
    @Test("have names of their own, and are found by them")
    func names() {
        #expect(Set(Resources.all.map(\.name)).count == Resources.all.count)
        for resource in Resources.all { #expect(Resources.named(resource.name) == resource) }
        #expect(Resources.named("nothing") == nil)
    }

    @Test("have every table of the first design and the added ones")
    func tables() {
        let tables: Set = [
            "teams", "users", "memberships", "pipelines", "pipeline_sinks", "data_mappings", "dashboards", "widgets",
            "sessions", "api_tokens", "invitations", "jobs", "runs", "deliveries", "quarantined_records", "uploads",
            "audit_events", "dashboards_pipelines", "pipeline_counters", "idempotency_keys", "due_times",
        ]
        #expect(tables.subtracting(Resources.all.map(\.name)).isEmpty)
    }

    @Test("share no name between columns, nor between attributes and relationships", arguments: Resources.all)
    func columns(resource: Resource) {
        let columns = resource.columns.map(\.name)
        #expect(Set(columns).count == columns.count)
        let fields = resource.attributes.map(\.name) + resource.relationships.map(\.name)
        #expect(Set(fields).count == fields.count)
        #expect(
            !fields.contains("id") && !fields.contains("type") || resource.name == "pipelines"
                || resource.name == "widgets"
        )
    }

    @Test("relate to resources that exist, through columns that exist", arguments: Resources.all)
    func relationships(resource: Resource) throws {
        for relationship in resource.relationships {
            let target = try #require(Resources.named(relationship.target))
            let holder = relationship.kind == .toOne ? resource : target
            #expect(holder.columns.contains { $0.name == relationship.column && $0.type == .uuid })
        }
    }

    @Test("have unique keys of columns that exist", arguments: Resources.all)
    func uniqueKeys(resource: Resource) {
        let columns = Set(resource.columns.map(\.name))
        for key in resource.uniqueKeys {
            #expect(!key.isEmpty)
            #expect(columns.isSuperset(of: key))
        }
    }

    @Test("belong to a team through a column or a parent that does", arguments: Resources.all)
    func scopes(resource: Resource) throws {
        switch resource.scope {
        case .column: #expect(resource.relationship("team")?.column == "team_id")
        case .itself: #expect(resource.name == "teams")
        case .through(let column, let parent):
            #expect(resource.relationships.contains { $0.kind == .toOne && $0.column == column && $0.target == parent })
            #expect(try #require(Resources.named(parent)).scope == .column)
        case .none: #expect(resource.actions.isEmpty)
        }
    }

    @Test("have defaults of their own type", arguments: Resources.all)
    func defaults(resource: Resource) {
        for attribute in resource.attributes {
            guard let value = attribute.defaultValue else { continue }
            switch attribute.type {
            case .integer: #expect(value.intValue != nil, "\(attribute.name)")
            case .decimal: #expect(value.doubleValue != nil, "\(attribute.name)")
            case .boolean: #expect(value.boolValue != nil, "\(attribute.name)")
            case .enumeration(let choices): #expect(choices.contains(value.stringValue ?? ""), "\(attribute.name)")
            case .string, .text: #expect(value.stringValue != nil, "\(attribute.name)")
            case .json, .uuid, .timestamp, .bytes: break
            }
        }
    }

    @Test("seal and hide what is secret")
    func secrets() {
        #expect(Resources.pipelines.attribute("source_config")?.isSealed == true)
        #expect(Resources.pipelineSinks.attribute("sink_config")?.isSealed == true)
        let hidden = [
            (Resources.users, "hashed_password"), (Resources.sessions, "token_hash"),
            (Resources.sessions, "csrf_token"),
            (Resources.apiTokens, "token_hash"), (Resources.invitations, "token_hash"),
            (Resources.dashboards, "public_token"),
        ]
        for (resource, name) in hidden { #expect(resource.attribute(name)?.access == .hidden) }
    }

    @Test("make labels from names")
    func labels() {
        #expect(Resources.pipelines.attribute("retention_days")?.label == "Retention days")
        #expect(Resources.pipelines.attribute("timezone")?.label == "Time zone")
    }
}
