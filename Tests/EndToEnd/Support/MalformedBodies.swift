import Foundation

/// Bodies that no server may accept, each made from the seed and its number.
struct MalformedBodies: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case truncated, deep, badUTF8, hugeNumber, badNumber, wrongType, badEscape, rubbish, empty, brokenGzip,
            oversize, zipBomb
    }

    struct Body: Sendable {
        var kind: Kind
        var bytes: [UInt8]
        var contentType = "application/json"
        var encoding: String?

        var sample: String { String(decoding: bytes.prefix(80), as: UTF8.self) }
    }

    private static let good =
        #"{"id":"a1","user":{"name":"Zoë","tags":["x","y"]},"value":-12.5e3,"ok":true,"none":null}"#
    private let seed: UInt64
    private let bomb: [UInt8]
    private let oversize: [UInt8]

    init(seed: UInt64) async throws {
        self.seed = seed
        bomb = try await Self.gzip(of: 1 << 30)
        oversize = Array("[\"".utf8) + [UInt8](repeating: UInt8(ascii: "a"), count: 11 << 20) + Array("\"]".utf8)
    }

    func body(_ number: Int) -> Body {
        var random = SplitMix(seed: seed &+ UInt64(number))
        // The two dear kinds are rare.
        if number % 500 == 7 { return Body(kind: .oversize, bytes: oversize) }
        if number % 100 == 9 { return Body(kind: .zipBomb, bytes: bomb, encoding: "gzip") }
        let kinds = Kind.allCases.dropLast(2)
        let kind = kinds[Int.random(in: 0..<kinds.count, using: &random)]
        var body = Body(kind: kind, bytes: bytes(kind, &random))
        if kind == .brokenGzip { body.encoding = "gzip" }
        return body
    }

    private func bytes(_ kind: Kind, _ random: inout SplitMix) -> [UInt8] {
        let good = Array(Self.good.utf8)
        func wrap(_ value: String) -> [UInt8] { Array(#"[{"id":1,"value":\#(value)}]"#.utf8) }
        switch kind {
        case .truncated: return Array(good.prefix(Int.random(in: 1..<good.count, using: &random)))
        case .deep:
            let depth = Int.random(in: 600...50_000, using: &random)
            let open = Bool.random(using: &random) ? "[" : #"{"a":"#
            let close = open == "[" ? "]" : "}"
            let closes = Bool.random(using: &random) ? depth : 0
            return Array((String(repeating: open, count: depth) + "1" + String(repeating: close, count: closes)).utf8)
        case .badUTF8:
            let bad: [[UInt8]] = [
                [0xFF], [0xC0, 0xAF], [0xE2, 0x28, 0xA1], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC3], [0x80],
                [0xF8, 0x88, 0x80, 0x80, 0x80], [0xE0, 0x80, 0xAF],
            ]
            let middle = bad[Int.random(in: 0..<bad.count, using: &random)]
            return Array(#"{"text":"before"#.utf8) + middle + Array(#"after"}"#.utf8)
        case .hugeNumber:
            let exponent = Int.random(in: 20_000...9_000_000, using: &random)
            return wrap(Bool.random(using: &random) ? "1e\(exponent)" : "-7.25E-\(exponent)")
        case .badNumber:
            return wrap(
                ["01", "1.", ".5", "-", "+1", "0x10", "1e", "1e+", "NaN", "Infinity", "--1", "1_000"].randomElement(
                    using: &random
                ) ?? "01"
            )
        case .wrongType:
            return Array(
                ["\"text\"", "12", "true", "null", "-0.5", "[1,2,3]", "[\"a\"]", "[null]", "[[{}]]"].randomElement(
                    using: &random
                )?.utf8 ?? "1".utf8
            )
        case .badEscape:
            return wrap(
                [#""\u0000""#, #""\ud800""#, #""\udc00x""#, #""\x41""#, #""\u12g4""#, "\"a\tb\"", "\"a\nb\"", #""\"#]
                    .randomElement(using: &random) ?? ""
            )
        case .rubbish:
            // Never by chance a JSON text: it starts with a byte that none may start with.
            return [UInt8(ascii: "?")]
                + (0..<Int.random(in: 1...400, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        case .empty:
            return Array(
                String(
                    repeating: [" ", "\n", "\t"].randomElement(using: &random) ?? " ",
                    count: Int.random(in: 0...5, using: &random)
                ).utf8
            )
        case .brokenGzip:
            let head: [UInt8] = Bool.random(using: &random) ? [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] : []
            return head
                + (0..<Int.random(in: 1...100, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        case .oversize: return oversize
        case .zipBomb: return bomb
        }
    }

    /// `size` spaces, squeezed about a thousand to one.
    private static func gzip(of size: Int) async throws -> [UInt8] {
        let directory = try Paths.temporaryDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "bomb.gz")
        let result = try await ChildProcess.run(
            URL(filePath: "/bin/sh"),
            ["-c", "head -c \(size) /dev/zero | tr '\\0' ' ' | gzip -9 > '\(file.path)'"],
            environment: ["PATH": "/usr/bin:/bin"]
        )
        struct NoGzip: Error { let output: String }
        guard result.code == 0 else { throw NoGzip(output: result.output) }
        return try Array(Data(contentsOf: file))
    }
}
