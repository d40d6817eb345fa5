/// What became of a posted body: the answer of `POST /ingest/{id}`.
public struct IngestReceipt: Sendable, Hashable {
    public var accepted: Int
    public var quarantined: Int
    public var duplicates: Int

    public init(accepted: Int, quarantined: Int, duplicates: Int) {
        self.accepted = accepted
        self.quarantined = quarantined
        self.duplicates = duplicates
    }
}
