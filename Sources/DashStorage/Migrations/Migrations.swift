/// Every migration, in order. A new one is a file beside this one and a line here.
public enum Migrations {
    public static let all: [any Migration] = [
        CreateSchema(), KeepRollups(), CreateLeases(), NoteSchemaDrift(), FindOpenDueTimes(), KeepAttempts(),
        KeepMappingVersions(), FollowUploads(), CompareValues(), KeepAnswers(), CountLostStarts(),
        KeepAccountLinks(),
    ]

    /// Columns that no resource declares, by table: the engine's own bookkeeping.
    public static let internalColumns: [String: Set<String>] = [
        "teams": ["storage_used_bytes"], "jobs": ["lost_starts"], "deliveries": ["lost_starts"],
    ]

    /// Declared columns that the database computes, by table; they are read and never written.
    public static let generatedColumns: [String: Set<String>] = ["teams": ["storage_used_gb"]]
}
