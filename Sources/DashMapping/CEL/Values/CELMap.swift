/// The entries of a map in the order in which they were written; keys are unique.
public struct CELMap: Sendable {
    public typealias Entry = (key: CELValue, value: CELValue)

    /// One reference for both, so that a value stays small.
    private final class Storage: Sendable {
        let entries: [Entry]
        let index: [CELKey: Int]

        init(_ entries: [Entry], _ index: [CELKey: Int]) {
            self.entries = entries
            self.index = index
        }
    }

    private let storage: Storage

    /// Maps up to this size are searched key by key.
    private static let fewEntries = 8

    /// Takes over entries whose keys are known to differ.
    init(unique entries: [Entry]) {
        var index: [CELKey: Int] = [:]
        if entries.count > Self.fewEntries {
            for (place, entry) in entries.enumerated() { if let key = CELKey(entry.key) { index[key] = place } }
        }
        storage = Storage(entries, index)
    }

    /// nil when two keys are equal, or one is no bool, int, uint or string.
    public init?(_ entries: [Entry]) {
        var seen: Set<CELKey> = []
        for entry in entries {
            switch entry.key {
            case .bool, .int, .uint, .string: break
            default: return nil
            }
            guard let key = CELKey(entry.key), seen.insert(key).inserted else { return nil }
        }
        self.init(unique: entries)
    }

    public var entries: [Entry] { storage.entries }
    public var count: Int { storage.entries.count }

    /// The value of an equal key; numbers are equal across their types.
    public subscript(_ key: CELValue) -> CELValue? {
        if storage.index.isEmpty {
            return storage.entries.first { CELEquality.equalKeys($0.key, key) }?.value
        }
        return CELKey(key).flatMap { storage.index[$0] }.map { storage.entries[$0].value }
    }
}
