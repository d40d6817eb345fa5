import DashModel

/// What stands above each page of one pipeline: its name, its state, what one may do with it, and its tabs.
enum PipelineHead {
    static func data(_ row: ResourceRow, tab: String, _ member: Site.Member) -> ViewData {
        let status = row.string("status") ?? ""
        var data: ViewData = [
            "id": row.id.text,
            "pipelineName": row.string("name") ?? "",
            "status": status,
            "type": row.string("type") ?? "",
            "schedule": PipelineRoutes.schedule(row),
            "isPolling": row.string("type") == "polling",
            "takesUploads": row.string("type") != "p2p",
            "isPaused": status == "paused",
            "mayRun": member.may(.custom("run"), "pipelines") && row.string("type") == "polling",
            "mayChange": member.may(.update, "pipelines"),
            "mayDelete": member.may(.delete, "pipelines"),
            "tab_" + tab: true,
        ]
        if let error = row.string("error_message"), !error.isEmpty { data["errorMessage"] = error }
        return data
    }
}
