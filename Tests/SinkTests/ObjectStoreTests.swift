import DashConnectors
import DashModel
import DashStorage
import Foundation
import Testing

@testable import DashConnectors

/// One contract over both object stores.
@Suite("Object stores")
struct ObjectStoreTests {
    enum Kind: String, CaseIterable, Sendable {
        case folder, s3

        private static let bucket = TestServers.name("objects-")

        static var here: [Kind] { TestServers.s3 == nil ? [.folder] : allCases }

        func with(_ body: (any ObjectStore) async throws -> Void) async throws {
            switch self {
            case .folder:
                let folder = FileManager.default.temporaryDirectory.appending(path: "dash-\(UUID().uuidString)")
                defer { try? FileManager.default.removeItem(at: folder) }
                try await body(FolderObjectStore(path: folder.path))
                // Nothing half-written stays.
                let left = try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/.incoming")
                #expect(left ?? [] == [])
            case .s3:
                let port = try #require(TestServers.s3)
                let client = S3Fixture.client(port: port, bucket: Self.bucket)
                // Another test may have made it.
                try? await client.makeBucket()
                let location = S3Location(
                    bucket: client.bucket,
                    prefix: "below/\(UUID().uuidString)",
                    endpoint: client.endpoint,
                    region: "us-east-1",
                    accessKeyID: "dash",
                    secretAccessKey: "s3cret"
                )
                try await body(
                    S3ObjectStore(location, http: client.http, clock: SystemClock(), partBytes: S3Client.partBytes)
                )
            }
        }
    }

    private static func key(_ text: String) throws -> ObjectKey { try #require(ObjectKey(text)) }

    private static func pieces(_ bytes: [UInt8], of size: Int) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    }

    private static func put(_ bytes: [UInt8], _ key: ObjectKey, _ store: any ObjectStore) async throws -> Int64 {
        var pieces = pieces(bytes, of: 65_000)[...]
        return try await store.put(key) { pieces.popFirst() }
    }

    private static func sample(_ count: Int) -> [UInt8] {
        var state: UInt32 = 7
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(truncatingIfNeeded: state >> 24)
        }
    }

    @Test("keep what was put, give ranges of it, and forget what is deleted", arguments: Kind.here)
    func roundTrip(_ kind: Kind) async throws {
        try await kind.with { store in
            let key = try Self.key("uploads/team/one")
            #expect(try await store.head(key) == nil)
            await #expect(throws: DashError.self) { try await store.read(key, 0..<1) }
            let bytes = Self.sample(300_000)
            #expect(try await Self.put(bytes, key, store) == 300_000)
            let head = try #require(try await store.head(key))
            #expect(head.size == 300_000)
            #expect(abs((SystemClock().now - head.modifiedAt).components.seconds) < 120)
            #expect(try await store.read(key, 0..<300_000) == bytes)
            #expect(try await store.read(key, 1_000..<1_010) == Array(bytes[1_000..<1_010]))
            #expect(try await store.read(key, 299_990..<400_000) == Array(bytes[299_990...]))
            #expect(try await store.read(key, 300_000..<300_010) == [])
            #expect(try await Self.put([1, 2, 3], key, store) == 3)
            #expect(try await store.read(key, 0..<10) == [1, 2, 3])
            let empty = try Self.key("uploads/team/empty")
            #expect(try await Self.put([], empty, store) == 0)
            #expect(try await store.head(empty)?.size == 0)
            try await store.delete(key)
            try await store.delete(key)
            #expect(try await store.head(key) == nil)
        }
    }

    @Test("take objects above the size of a part", arguments: Kind.here)
    func manyParts(_ kind: Kind) async throws {
        try await kind.with { store in
            let key = try Self.key("uploads/large")
            let bytes = Self.sample(17 << 20)
            #expect(try await Self.put(bytes, key, store) == Int64(bytes.count))
            #expect(try await store.head(key)?.size == Int64(bytes.count))
            let edge = Int64(8 << 20)
            #expect(try await store.read(key, edge - 5..<edge + 5) == Array(bytes[Int(edge) - 5..<Int(edge) + 5]))
            var whole: [UInt8] = []
            for start in stride(from: Int64(0), to: Int64(bytes.count), by: 4 << 20) {
                whole += try await store.read(key, start..<start + 4 << 20)
            }
            #expect(whole == bytes)
        }
    }

    @Test("keep nothing of a body that breaks off", arguments: Kind.here)
    func brokenBody(_ kind: Kind) async throws {
        struct Gone: Error {}
        try await kind.with { store in
            let key = try Self.key("uploads/broken")
            var sent = 0
            await #expect(throws: Gone.self) {
                try await store.put(key) {
                    sent += 1
                    if sent > 20 { throw Gone() }
                    return [UInt8](repeating: 1, count: 1 << 20)
                }
            }
            #expect(try await store.head(key) == nil)
            #expect(try await store.list("", after: nil, limit: 10) == [])
        }
    }

    @Test("list by prefix, in order, from a place on", arguments: Kind.here)
    func list(_ kind: Kind) async throws {
        try await kind.with { store in
            for name in ["uploads/b/2", "uploads/a/1", "other/1", "uploads/b/1"] {
                _ = try await Self.put([1], try Self.key(name), store)
            }
            let all = try await store.list("uploads/", after: nil, limit: 10).map(\.key.text)
            #expect(all == ["uploads/a/1", "uploads/b/1", "uploads/b/2"])
            let rest = try await store.list("uploads/", after: try Self.key("uploads/a/1"), limit: 1).map(\.key.text)
            #expect(rest == ["uploads/b/1"])
        }
    }

    @Test(
        "have no keys that lead elsewhere",
        arguments: ["", "/a", "a/", "a//b", "..", "a/../b", ".hidden", "a/.b", "a\u{0}b", "a b", "ä"]
    )
    func keys(_ text: String) {
        #expect(ObjectKey(text) == nil)
    }
}
