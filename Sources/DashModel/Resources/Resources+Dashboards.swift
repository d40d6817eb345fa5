import DashJSON

extension Resources {
    public static let dashboards = Resource(
        "dashboards",
        singular: "dashboard",
        summary: "A page of widgets that change as records arrive.",
        scope: .column,
        attributes: [
            Attribute("name", .string, constraint: .length(1...120)),
            Attribute("slug", .string, constraint: .slug, help: "Names the dashboard in addresses."),
            Attribute("is_public", .boolean, .readOnly, default: false),
            Attribute("public_token", .string, .hidden, nullable: true),
            Attribute("layout", .json, default: ["columns": 24], constraint: .object),
            Attribute("refresh_interval_seconds", .integer, default: 1, constraint: .range(1...86_400)),
        ],
        relationships: [.toOne("team", "teams"), .toMany("widgets", column: "dashboard_id")],
        actions: [
            .read(.viewer), .create(.member), .update(.member), .delete(.member),
            Action(
                "share",
                .admin,
                "Shows it to everybody who has its link; a link that was made before is void.",
                answers: .rowWithToken,
                past: "shared"
            ),
            Action("unshare", .member, "Shows it to the team alone again.", past: "stopped sharing"),
        ],
        uniqueKeys: [["team_id", "slug"]]
    )

    public static let widgets = Resource(
        "widgets",
        singular: "widget",
        summary: "One table, chart or number on a dashboard.",
        scope: .through(column: "dashboard_id", parent: "dashboards"),
        attributes: [
            // One of the kinds that the server has, as with sinks: whoever shows widgets lists them.
            Attribute("type", .string, documentName: "widget_type"),
            Attribute("config", .json, default: [:], constraint: .object),
            Attribute("position", .json, default: ["x": 0, "y": 0, "w": 8, "h": 4], constraint: .object),
            Attribute("data_query", .json, default: [:], constraint: .object),
        ],
        relationships: [.toOne("dashboard", "dashboards")],
        actions: [.read(.viewer), .create(.member), .update(.member), .delete(.member)]
    )

    public static let dashboardsPipelines = Resource(
        "dashboards_pipelines",
        singular: "dashboard's pipeline",
        summary: "Which pipelines a dashboard's widgets read.",
        scope: .through(column: "dashboard_id", parent: "dashboards"),
        attributes: [],
        relationships: [.toOne("dashboard", "dashboards"), .toOne("pipeline", "pipelines")],
        uniqueKeys: [["dashboard_id", "pipeline_id"]],
        hasUpdatedAt: false
    )
}
