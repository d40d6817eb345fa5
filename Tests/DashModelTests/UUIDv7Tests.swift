import DashModel
import FoundationEssentials
import Testing

@Suite("Time-ordered ids")
struct UUIDv7Tests {
    @Test("carry the time, version 7 and the RFC's variant")
    func layout() throws {
        let id = UUID.v7(at: Timestamp(milliseconds: 0x0123_4567_89ab))
        #expect(id.text.hasPrefix("01234567-89ab-7"))
        #expect(id.bytes[6] >> 4 == 7)
        #expect(id.bytes[8] >> 6 == 0b10)
        #expect(id.text == id.uuidString.lowercased())
    }

    @Test("sort by time and don't repeat")
    func order() {
        let ids = (0..<1_000).map { UUID.v7(at: Timestamp(milliseconds: Int64($0))) }
        #expect(ids.map(\.text) == ids.map(\.text).sorted())
        let same = (0..<10_000).map { _ in UUID.v7(at: .epoch) }
        #expect(Set(same).count == same.count)
    }

    @Test("come back from their bytes, and from nothing but 16")
    func bytes() {
        let id = UUID.v7()
        #expect(UUID(bytes: id.bytes) == id)
        #expect(UUID(bytes: id.bytes.dropLast()) == nil)
        #expect(UUID(bytes: id.bytes + [0]) == nil)
        #expect(UUID(bytes: [UInt8]()) == nil)
    }

    @Test("of a time before 1970 do not trap")
    func negative() {
        #expect(UUID.v7(at: Timestamp(seconds: -5)).text.hasPrefix("00000000-0000-7"))
    }

    @Test("are read from their text, and from nothing but 36 such characters")
    func text() {
        let digits = Set("0123456789abcdefABCDEF".utf8)
        for _ in 0..<1_000 {
            let id = UUID.v7()
            #expect(UUID(text: id.text) == id && UUID(text: id.uuidString) == id)
            var bytes = Array(id.text.utf8)
            let place = Int.random(in: 0..<36)
            let isSign = bytes[place] == UInt8(ascii: "-")
            bytes[place] = UInt8.random(in: 32..<127)
            let isGood = isSign ? bytes[place] == UInt8(ascii: "-") : digits.contains(bytes[place])
            let changed = String(decoding: bytes, as: UTF8.self)
            #expect(UUID(text: changed) == (isGood ? UUID(uuidString: changed) : nil), "\(changed)")
        }
        for text in [
            "", "x", UUID.v7().text + "0", String(UUID.v7().text.dropLast()), String(repeating: "é", count: 18),
        ] {
            #expect(UUID(text: text) == nil)
        }
    }
}
