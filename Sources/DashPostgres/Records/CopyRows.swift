import DashModel
import FoundationEssentials

/// Records as tuples of COPY's binary format: id, pipeline, team, data, time.
enum CopyRows {
    /// What a tuple has around its record: five fields' lengths, their count, and the fixed fields.
    private static let frame = 2 + 4 + 8 + 4 + 16 + 4 + 16 + 4 + 1 + 4 + 8

    static func encode(_ batch: RecordBatch, team: UUID, firstID: Int64) -> [UInt8] {
        let records = batch.records
        var head: [UInt8] = []
        BinaryFormat.append(Int16(5), to: &head)
        BinaryFormat.append(Int32(8), to: &head)
        BinaryFormat.append(Int64(0), to: &head)
        for id in [batch.pipeline, team] {
            BinaryFormat.append(Int32(16), to: &head)
            head.append(contentsOf: id.bytes)
        }
        var tail: [UInt8] = []
        BinaryFormat.append(Int32(8), to: &tail)
        BinaryFormat.append(BinaryFormat.ticks(batch.receivedAt), to: &tail)
        let size = records.bytes.count + records.count * frame
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, written in
            let target = UnsafeMutableRawBufferPointer(buffer)
            var place = 0
            func put(_ bytes: UnsafeRawBufferPointer) {
                UnsafeMutableRawBufferPointer(rebasing: target[place..<(place + bytes.count)]).copyMemory(from: bytes)
                place += bytes.count
            }
            records.bytes.withUnsafeBytes { text in
                head.withUnsafeBytes { head in
                    tail.withUnsafeBytes { tail in
                        var start = 0
                        var id = firstID
                        for end in records.ends {
                            let idPlace = place + 6
                            put(head)
                            target.storeBytes(of: id.bigEndian, toByteOffset: idPlace, as: Int64.self)
                            target.storeBytes(of: Int32(end - start + 1).bigEndian, toByteOffset: place, as: Int32.self)
                            // The version of jsonb's binary format.
                            target[place + 4] = 1
                            place += 5
                            put(UnsafeRawBufferPointer(rebasing: text[start..<end]))
                            put(tail)
                            start = end
                            id += 1
                        }
                    }
                }
            }
            written = place
        }
    }
}
