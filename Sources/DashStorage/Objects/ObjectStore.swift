public import DashModel

/// Where files are that are too large for a row: uploads wait there to be read. Throws `DashError`: `.notFound`, and
/// `.unavailable` when another try may help.
public protocol ObjectStore: Sendable {
    /// Writes an object from the pieces that `next` gives until nil, and holds no more of it than a part in memory. It
    /// replaces one with the same key and appears whole or not at all: what `next` throws is thrown on, and nothing is
    /// left. Returns the size in bytes.
    @discardableResult
    func put(_ key: ObjectKey, from next: () async throws -> [UInt8]?) async throws -> Int64

    /// The bytes of a range as far as they exist: fewer at the object's end, none behind it.
    func read(_ key: ObjectKey, _ range: Range<Int64>) async throws -> [UInt8]

    /// nil when there is no such object.
    func head(_ key: ObjectKey) async throws -> StoredObject?

    /// Removes an object; that there is none is no error.
    func delete(_ key: ObjectKey) async throws

    /// Objects whose keys begin with the prefix, in the order of their keys, from behind `after` on.
    func list(_ prefix: String, after: ObjectKey?, limit: Int) async throws -> [StoredObject]

    /// Removes what is left of objects whose writing broke off before then.
    func discardUnfinished(before: Timestamp) async throws
}
