import DashModel

/// The rules of the resources. A resource's own are a file beside this one and a line here.
enum Rules {
    static let all: [any ResourceRules] = [
        TeamRules(), UserRules(), MembershipRules(), InvitationRules(), TokenRules(),
        PipelineRules(), SinkRules(), MappingRules(), MappingVersionRules(), DeliveryRules(), UploadRules(),
        DashboardRules(), WidgetRules(),
    ]

    private static let byName = Dictionary(
        all.map { ($0.resource.name, $0) },
        uniquingKeysWith: { first, _ in first }
    )

    static func of(_ resource: Resource) -> any ResourceRules {
        byName[resource.name] ?? DeclaredRules(resource: resource)
    }
}
