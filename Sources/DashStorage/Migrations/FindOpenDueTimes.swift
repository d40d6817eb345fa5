import DashModel

/// Migration 4: an index of the due times that are still open, among the many that are settled.
struct FindOpenDueTimes: Migration {
    let number = 5
    let name = "find_open_due_times"

    func changes(_ dialect: any SchemaDialect) -> [any SchemaChange] {
        [CreateIndex("due_times_open", on: "due_times", ["pipeline_id", "due_at"], where: "state = 'due'")]
    }
}
