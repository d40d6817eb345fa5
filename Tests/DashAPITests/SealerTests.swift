import DashAPI
import DashModel
import Testing

@Suite("Sealed configs")
struct SealerTests {
    @Test("open with their key, whatever is in them")
    func roundTrip() throws {
        let sealer = try AESGCMSealer(keys: [AESGCMSealer.makeKey()])
        for plain in [[], Array("{\"token\":\"s3cret\"}".utf8), [UInt8](repeating: 7, count: 100_000)] {
            let sealed = try sealer.seal(plain)
            #expect(!sealed.contains("s3cret"))
            #expect(try sealer.open(sealed) == plain)
            #expect(try sealer.seal(plain) != sealed)
        }
    }

    @Test("old keys open, the newest seals")
    func rotation() throws {
        let (old, new) = (AESGCMSealer.makeKey(), AESGCMSealer.makeKey())
        let before = try AESGCMSealer(keys: [old])
        let after = try AESGCMSealer(keys: [new, old])
        let sealed = try before.seal([1, 2, 3])
        #expect(try after.open(sealed) == [1, 2, 3])
        #expect(try after.needsResealing(sealed))
        let again = try after.seal(try after.open(sealed))
        #expect(try !after.needsResealing(again))
        #expect(try AESGCMSealer(keys: [new]).open(again) == [1, 2, 3])
        #expect(throws: DashError.self) { try before.open(again) }
    }

    @Test("a changed byte is found out, wherever it is")
    func damage() throws {
        let sealer = try AESGCMSealer(keys: [AESGCMSealer.makeKey()])
        let sealed = Array(try sealer.seal(Array("{\"a\":1}".utf8)).utf8)
        for index in sealed.indices {
            var damaged = sealed
            damaged[index] = damaged[index] == 65 ? 66 : 65
            #expect(throws: DashError.self) { try sealer.open(String(decoding: damaged, as: UTF8.self)) }
        }
        for text in ["", "v1", "v1:x", "v1::", "v2:a:b", "plain"] {
            #expect(throws: DashError.self) { try sealer.open(text) }
        }
    }

    @Test("keys must be 32 bytes of base64")
    func keys() {
        #expect(throws: DashError.self) { try AESGCMSealer(keys: []) }
        for key in ["", "abc", "AAAA", "not base64 at all!!"] {
            #expect(throws: DashError.self) { try AESGCMSealer(keys: [AESGCMSealer.makeKey(), key]) }
        }
    }
}
