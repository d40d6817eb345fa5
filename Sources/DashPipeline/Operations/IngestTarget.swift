public import FoundationEssentials

/// The realtime pipeline behind an ingest address, as far as the caller must know it.
public struct IngestTarget: Sendable {
    public var team: UUID
    /// Whether posts need a token (`bearer`), a signature (a preset's name) or nothing (`none`).
    public var auth: String
    /// Checks the signatures; nil for the others.
    public var verifier: WebhookVerifier?

    public init(team: UUID, auth: String, verifier: WebhookVerifier? = nil) {
        self.team = team
        self.auth = auth
        self.verifier = verifier
    }
}
