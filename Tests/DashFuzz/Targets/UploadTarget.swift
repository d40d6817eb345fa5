import DashMapping

@testable import DashPipeline

/// Uploaded files, cut into pieces anywhere.
struct UploadTarget: FuzzTarget {
    let name = "uploads"

    func run(_ input: inout FuzzInput) {
        let text = Bodies.any(&input)
        let bytes = input.note(input.isOne(in: 2) ? input.mutated(Array(text.utf8)) : Array(text.utf8))
        let limits = SliceLimits(bytes: input.pick([1, 10, 1 << 20]), record: input.pick([16, 8 << 20]))
        for var framer in [LineFramer(limits: limits), ValueFramer(limits: limits), TableFramer(limits: limits)]
            as [any RecordFramer]
        {
            read(bytes, &framer, &input)
        }
    }

    private func read(_ bytes: [UInt8], _ framer: inout any RecordFramer, _ input: inout FuzzInput) {
        var rest = bytes[...]
        if input.isOne(in: 5) { framer.jump(to: Int64(input.int(0...100)), lines: Int64(input.int(0...10))) }
        while !rest.isEmpty {
            let piece = rest.prefix(input.int(1...200))
            rest = rest.dropFirst(piece.count)
            framer.write(Array(piece))
            guard take(&framer) else { return }
        }
        framer.end()
        _ = take(&framer)
    }

    /// False when the file is given up.
    private func take(_ framer: inout any RecordFramer) -> Bool {
        do {
            while let slice = try framer.next() {
                _ = try? slice.decoded(by: RecordsDecoder(framing: .lines))
                if slice.isLast { return false }
            }
            return true
        } catch {
            return false
        }
    }
}
