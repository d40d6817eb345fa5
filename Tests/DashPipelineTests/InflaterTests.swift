import CZlib
import DashModel
import TestSupport
import Testing

@testable import DashPipeline

@Suite("Inflater")
struct InflaterTests {
    static let text = Array(#"{"station":"north","temp":21.5}"#.utf8)

    @Test("inflates gzip, zlib and bare deflate, however the bytes are cut", arguments: [31, 15, -15])
    func inflates(windowBits: Int) throws {
        let packed = deflated(Self.text, windowBits: Int32(windowBits))
        for size in [1, 3, packed.count] {
            let inflater = Inflater(windowBits == 31 ? .gzip : .deflate, limit: 1_000)
            var rest = packed[...]
            while !rest.isEmpty {
                try Array(rest.prefix(size)).withUnsafeBytes { try inflater.write($0) }
                rest = rest.dropFirst(size)
            }
            #expect(try inflater.finish() == Self.text)
        }
    }

    @Test("reads gzip members one behind the other")
    func members() throws {
        let packed = deflated(Self.text, windowBits: 31)
        let inflater = Inflater(.gzip, limit: 1_000)
        try (packed + packed).withUnsafeBytes { try inflater.write($0) }
        #expect(try inflater.finish() == Self.text + Self.text)
    }

    @Test("a bomb is refused before it costs more than the limit")
    func bomb() throws {
        let packed = deflated([UInt8](repeating: 32, count: 40_000_000), windowBits: 31)
        let inflater = Inflater(.gzip, limit: 10_000_000)
        let error = #expect(throws: DashError.self) { try packed.withUnsafeBytes { try inflater.write($0) } }
        #expect(error?.code == .tooLarge)
        #expect(inflater.takeOutput().count <= 2_000_000)
    }

    @Test("a body past the limit is too large, one cut short or garbled is invalid")
    func refuses() throws {
        let packed = deflated(Self.text, windowBits: 31)
        let small = Inflater(.gzip, limit: 10)
        let tooLarge = #expect(throws: DashError.self) { try packed.withUnsafeBytes { try small.write($0) } }
        #expect(tooLarge?.code == .tooLarge)

        let cut = Inflater(.gzip, limit: 1_000)
        try Array(packed.dropLast(4)).withUnsafeBytes { try cut.write($0) }
        #expect(throws: DashError.self) { try cut.finish() }

        let garbled = Inflater(.gzip, limit: 1_000)
        #expect(throws: DashError.self) { try Self.text.withUnsafeBytes { try garbled.write($0) } }
        #expect(throws: DashError.self) { try Inflater(.gzip, limit: 10).finish() }
    }
}
