import DashModel

/// Migration 8: how far an upload is, and what became of its records.
struct FollowUploads: Migration {
    let number = 8
    let name = "follow_uploads"

    func changes(_ dialect: any SchemaDialect) -> [any SchemaChange] {
        let counts = [
            "bytes_read", "lines_read", "records_received", "records_accepted", "records_quarantined",
            "records_dropped",
        ]
        return counts.map { AddColumn("uploads", .column($0, .integer, default: "0")) } + [
            AddColumn("uploads", .column("content_encoding", .string, default: "'identity'")),
            AddColumn("uploads", .nullable("started_at", .timestamp)),
            AddColumn("uploads", .nullable("finished_at", .timestamp)),
            CreateIndex("uploads_open", on: "uploads", ["status", "updated_at"]),
        ]
    }
}
