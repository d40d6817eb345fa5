import DashModel
import FoundationEssentials

/// The next due time of each pipeline, soonest on top. Entries that were replaced stay until they surface.
struct ScheduleHeap {
    struct Entry {
        var dueAt: Timestamp
        var pipeline: UUID
    }

    private var entries: [Entry] = []

    var top: Entry? { entries.first }

    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var index = entries.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard entries[index].dueAt < entries[parent].dueAt else { return }
            entries.swapAt(index, parent)
            index = parent
        }
    }

    mutating func pop() -> Entry? {
        guard let first = entries.first, let last = entries.popLast() else { return nil }
        guard !entries.isEmpty else { return first }
        entries[0] = last
        var index = 0
        while true {
            var smallest = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < entries.count && entries[child].dueAt < entries[smallest].dueAt {
                smallest = child
            }
            guard smallest != index else { return first }
            entries.swapAt(index, smallest)
            index = smallest
        }
    }
}
