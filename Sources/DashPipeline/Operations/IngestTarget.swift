public import FoundationEssentials

/// The realtime pipeline behind an ingest address, as far as the caller must know it.
public struct IngestTarget: Sendable {
    public var team: UUID
    /// Whether posts need a token (`bearer`) or none.
    public var auth: String

    public init(team: UUID, auth: String) {
        self.team = team
        self.auth = auth
    }
}
