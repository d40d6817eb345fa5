import DashModel
import Foundation
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
