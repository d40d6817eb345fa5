/// Which of the ten colours a series has: its name's, whatever else is drawn beside it, as far as no two want the same.
/// `format.js` chooses alike.
enum SeriesColour {
    static let count = 10

    /// One number from 1 to 10 for each name.
    static func slots(of names: [String]) -> [String: Int] {
        var slots: [String: Int] = [:]
        var taken: Set<Int> = []
        for name in names.sorted(by: { (hash($0), $0) < (hash($1), $1) }) where slots[name] == nil {
            if taken.count == count { taken = [] }
            var slot = Int(hash(name) % UInt32(count))
            while taken.contains(slot) { slot = (slot + 1) % count }
            taken.insert(slot)
            slots[name] = slot + 1
        }
        return slots
    }

    /// FNV-1a, 32 bits, with its bits mixed once more: the last letter alone would decide otherwise.
    static func hash(_ name: String) -> UInt32 {
        var hash = name.utf8.reduce(0x811c_9dc5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        hash ^= hash >> 16
        hash = hash &* 0x85eb_ca6b
        return hash ^ (hash >> 13)
    }
}
