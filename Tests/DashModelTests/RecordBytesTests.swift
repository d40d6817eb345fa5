import DashModel
import Testing

@Suite("Records in one buffer")
struct RecordBytesTests {
    private func records(_ texts: [String]) -> RecordBytes {
        var bytes = RecordBytes()
        for text in texts { bytes.append(Array(text.utf8)) }
        return bytes
    }

    private func texts(_ bytes: RecordBytes) -> [String] {
        (0..<bytes.count).map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    @Test("keep each record apart")
    func append() {
        let bytes = records(["{}", "{\"a\":1}", "{\"b\":\"ü\"}"])
        #expect(bytes.count == 3)
        #expect(!bytes.isEmpty)
        #expect(texts(bytes) == ["{}", "{\"a\":1}", "{\"b\":\"ü\"}"])
        #expect(bytes.ends == [2, 9, 19])
    }

    @Test("take over a filled buffer")
    func takeOver() {
        let bytes = RecordBytes(bytes: Array("{}{}".utf8), ends: [2, 4])
        #expect(texts(bytes) == ["{}", "{}"])
        #expect(RecordBytes(bytes: [], ends: []).isEmpty)
    }

    @Test("join")
    func join() {
        var left = records(["{\"a\":1}"])
        left.append(records(["{\"b\":2}", "{}"]))
        left.append(RecordBytes())
        #expect(texts(left) == ["{\"a\":1}", "{\"b\":2}", "{}"])
    }

    @Test("give their last records in a buffer of their own")
    func suffix() {
        let all = records(["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"])
        let last = all.suffix(2)
        #expect(texts(last) == ["{\"b\":2}", "{\"c\":3}"])
        #expect(last.bytes.count == 14)
        #expect(all.suffix(0).isEmpty)
        #expect(all.suffix(-1).isEmpty)
        #expect(all.suffix(3) == all)
        #expect(all.suffix(99) == all)
    }
}
