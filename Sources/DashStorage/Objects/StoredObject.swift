public import DashModel

/// What is known of an object without reading it.
public struct StoredObject: Sendable, Hashable {
    public var key: ObjectKey
    /// In bytes.
    public var size: Int64
    public var modifiedAt: Timestamp

    public init(key: ObjectKey, size: Int64, modifiedAt: Timestamp) {
        self.key = key
        self.size = size
        self.modifiedAt = modifiedAt
    }
}
