import DashModel
import Foundation
import TestSupport
import Testing

@testable import DashConnectors

@Suite struct ContentDecoderTests {
    private static let plain = Array(#"[{"a":1},{"a":2}]"#.utf8)

    private func bytes(_ base64: String) throws -> [UInt8] { Array(try #require(Data(base64Encoded: base64))) }

    @Test(arguments: [
        ("br", "CwiAW3siYSI6MX0seyJhIjoyfV0D"), ("zstd", "KLUv/QRYiQAAW3siYSI6MX0seyJhIjoyfV1hmXNq"),
        ("identity", "W3siYSI6MX0seyJhIjoyfV0="),
    ])
    func readsEveryEncoding(encoding: String, body: String) throws {
        #expect(try ContentDecoder.decoded(try bytes(body), encoding: encoding, limit: 100) == Self.plain)
    }

    @Test func readsFramesOneBehindTheOther() throws {
        let frame = try bytes("KLUv/QRYiQAAW3siYSI6MX0seyJhIjoyfV1hmXNq")
        #expect(try ContentDecoder.decoded(frame + frame, encoding: "zstd", limit: 100) == Self.plain + Self.plain)
    }

    @Test(arguments: [
        ("br", "CwiAW3siYSI6MX0seyJhIjoyfV0D"), ("zstd", "KLUv/QRYiQAAW3siYSI6MX0seyJhIjoyfV1hmXNq"),
    ])
    func refusesWhatIsCutOffOrGarbage(encoding: String, body: String) throws {
        let body = try bytes(body)
        for broken in [Array(body.dropLast(3)), [], Array("plain text".utf8)] {
            let error = #expect(throws: DashError.self) {
                try ContentDecoder.decoded(broken, encoding: encoding, limit: 100)
            }
            #expect(error?.code == .invalid)
        }
    }

    @Test(arguments: [("gzip", 31), ("X-GZIP", 31), ("deflate", 15), ("deflate", -15)] as [(String, Int32)])
    func inflates(encoding: String, windowBits: Int32) throws {
        let body = deflated(Self.plain, windowBits: windowBits)
        #expect(try ContentDecoder.decoded(body, encoding: encoding, limit: 100) == Self.plain)
    }

    @Test func readsAllMembersOfGzip() throws {
        let body = deflated(Self.plain, windowBits: 31)
        #expect(
            try ContentDecoder.decoded(body + body + body, encoding: "gzip", limit: 100)
                == [1, 2, 3].flatMap { _ in Self.plain }
        )
        for broken in [Array(body.dropLast(3)), body + body.dropLast(3), body + Array("junk".utf8), Array("text".utf8)]
        {
            let error = #expect(throws: DashError.self) {
                try ContentDecoder.decoded(broken, encoding: "gzip", limit: 100)
            }
            #expect(error?.code == .invalid)
            #expect(
                error?.message.contains("not what its Content-Encoding says, gzip") == true,
                "\(String(describing: error))"
            )
        }
        // What shrinks a thousand times is no fault of an answer, as long as it is within the limit.
        let zeros = deflated([UInt8](repeating: 0, count: 4 << 20), windowBits: 31)
        #expect(try ContentDecoder.decoded(zeros, encoding: "gzip", limit: 4 << 20).count == 4 << 20)
        let error = #expect(throws: DashError.self) {
            try ContentDecoder.decoded(zeros, encoding: "gzip", limit: (4 << 20) - 1)
        }
        #expect(error?.code == .tooLarge)
    }

    @Test func stopsABombAtTheLimit() throws {
        // 20 MB of spaces in 40 bytes.
        let bomb = try bytes("y///P/glQOKxQCD3/o///3/wSwDEYRGA7v1f/rPE4JcAiMMCAF2SGA==")
        let error = #expect(throws: DashError.self) {
            try ContentDecoder.decoded(bomb, encoding: "br", limit: 1 << 20)
        }
        #expect(error?.code == .tooLarge)
        #expect(try ContentDecoder.decoded(bomb, encoding: "br", limit: 20_000_000).count == 20_000_000)
    }
}
