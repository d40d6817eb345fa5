import DashModel
import Testing

@testable import DashStorage

@Suite("Record frame")
struct RecordFrameTests {
    @Test("there and back, and damaged frames are refused")
    func roundTrip() {
        var records = RecordBytes()
        records.append(Array("{\n}".utf8))
        records.append(Array("{\"a\":\"é\"}".utf8))
        let frame = RecordFrame.encode(records)
        #expect(RecordFrame.decode(frame) == records)
        #expect(RecordFrame.decode(RecordFrame.encode(RecordBytes())) == RecordBytes())
        #expect(RecordFrame.decode([]) == nil)
        #expect(RecordFrame.decode(Array(frame.dropLast())) == nil)
        #expect(RecordFrame.decode([255, 255, 255, 255, 0]) == nil)
    }
}
