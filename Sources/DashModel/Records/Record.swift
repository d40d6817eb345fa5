/// One stored record as it is read back.
public struct Record: Sendable, Hashable {
    public var id: Int64
    public var ingestedAt: Timestamp
    /// The JSON object's bytes.
    public var data: ArraySlice<UInt8>

    public init(id: Int64, ingestedAt: Timestamp, data: ArraySlice<UInt8>) {
        self.id = id
        self.ingestedAt = ingestedAt
        self.data = data
    }
}
