public import DashModel
public import DashStorage
import Foundation
import NIOPosix

/// Objects as files below a folder. An object is written beside, made durable, and then takes its name.
public struct FolderObjectStore: ObjectStore {
    private static let bufferBytes = 1 << 20
    /// Names of objects never begin with a dot.
    private static let incoming = ".incoming"

    private let root: String

    public init(path: String) { root = path }

    @discardableResult
    public func put(_ key: ObjectKey, from next: () async throws -> [UInt8]?) async throws -> Int64 {
        let file = try await blocking { try ObjectFile(creatingIn: root + "/" + Self.incoming) }
        do {
            var size: Int64 = 0
            var buffer: [UInt8] = []
            while let piece = try await next() {
                buffer += piece
                size += Int64(piece.count)
                guard buffer.count >= Self.bufferBytes else { continue }
                let full = buffer
                buffer = []
                try await blocking { try file.write(full) }
            }
            let rest = buffer
            try await blocking {
                try file.write(rest)
                try file.commit(to: path(key), below: root)
            }
            return size
        } catch {
            try? await blocking { file.discard() }
            throw error
        }
    }

    public func read(_ key: ObjectKey, _ range: Range<Int64>) async throws -> [UInt8] {
        try await blocking {
            guard let bytes = try ObjectFile.read(path(key), range) else { throw Self.missing(key) }
            return bytes
        }
    }

    public func head(_ key: ObjectKey) async throws -> StoredObject? {
        try await blocking { try object(key) }
    }

    public func delete(_ key: ObjectKey) async throws {
        try await blocking { try ObjectFile.remove(path(key)) }
    }

    public func list(_ prefix: String, after: ObjectKey?, limit: Int) async throws -> [StoredObject] {
        try await blocking {
            let files = FileManager.default.enumerator(atPath: root)
            var keys: [ObjectKey] = []
            while let name = files?.nextObject() as? String {
                guard name.hasPrefix(prefix), let key = ObjectKey(name), after.map({ $0 < key }) ?? true else {
                    continue
                }
                keys.append(key)
            }
            var found: [StoredObject] = []
            for key in keys.sorted() where found.count < limit {
                if let object = try object(key) { found.append(object) }
            }
            return found
        }
    }

    public func discardUnfinished(before limit: Timestamp) async throws {
        try await blocking {
            let folder = root + "/" + Self.incoming
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
                let path = folder + "/" + name
                if let facts = try ObjectFile.facts(path), facts.modifiedAt < limit { try ObjectFile.remove(path) }
            }
        }
    }

    /// nil for nothing and for a folder.
    private func object(_ key: ObjectKey) throws -> StoredObject? {
        guard let facts = try ObjectFile.facts(path(key)) else { return nil }
        return StoredObject(key: key, size: facts.size, modifiedAt: facts.modifiedAt)
    }

    private func path(_ key: ObjectKey) -> String { root + "/" + key.text }

    private func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        do {
            return try await NIOThreadPool.singleton.runIfActive(body)
        } catch let error as FileError {
            throw DashError(
                .unavailable,
                "The folder that keeps uploaded files can't be used now.",
                retryAfter: .seconds(5),
                cause: "\(error)"
            )
        }
    }

    private static func missing(_ key: ObjectKey) -> DashError {
        DashError(.notFound, "The object store has no object \(key).")
    }
}
