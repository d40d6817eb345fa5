import DashModel
import Foundation

/// Which deliveries stand last in a file, and where each starts.
struct DeliveryLog: Sendable {
    /// More than a lane sends before it notes that they have arrived.
    private static let limit = 64

    private var entries: [(delivery: UUID, start: Int64)] = []

    /// Reads `text`, a line a delivery, as far as it fits a file of that size: somebody may have cut or replaced it.
    init(text: Data, end: Int64) {
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: " ")
            guard parts.count == 2, let delivery = UUID(text: String(parts[0])), let start = Int64(parts[1]),
                start <= end, start >= entries.last?.start ?? 0
            else { continue }
            entries.append((delivery, start))
        }
    }

    var text: String { entries.map { "\($0.delivery.text) \($0.start)\n" }.joined() }

    /// Where a delivery is to be written: over its own lines where they are the last, else at the end. nil when it is
    /// there: whatever stands behind it was written after it was whole.
    func place(of delivery: UUID, length: Int64, end: Int64) -> Int64? {
        guard let index = entries.lastIndex(where: { $0.delivery == delivery }) else { return end }
        let start = entries[index].start
        guard index == entries.count - 1 else { return entries[index + 1].start == start + length ? nil : end }
        return end <= start + length ? start : end
    }

    mutating func note(_ delivery: UUID, start: Int64) {
        entries.removeAll { $0.delivery == delivery || $0.start > start }
        entries.append((delivery, start))
        entries.removeFirst(max(0, entries.count - Self.limit))
    }
}
