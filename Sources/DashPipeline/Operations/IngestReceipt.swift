/// What became of a posted body: the answer of `POST /ingest/{id}`.
public struct IngestReceipt: Sendable, Hashable {
    public var accepted: Int
    public var quarantined: Int
    public var duplicates: Int
    /// Whether the request was seen before: these are the first one's figures, and nothing was stored again.
    public var isRepeat: Bool

    public init(accepted: Int, quarantined: Int, duplicates: Int, isRepeat: Bool = false) {
        self.isRepeat = isRepeat
        self.accepted = accepted
        self.quarantined = quarantined
        self.duplicates = duplicates
    }
}
