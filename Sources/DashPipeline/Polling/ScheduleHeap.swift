import DashModel

/// Places of a plan by when they are due, soonest on top. Entries that were replaced stay until they surface.
struct ScheduleHeap {
    struct Entry {
        var dueAt: Timestamp
        var place: Int
    }

    private var entries: [Entry] = []

    var top: Entry? { entries.first }

    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var index = entries.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard entry.dueAt < entries[parent].dueAt else { break }
            entries[index] = entries[parent]
            index = parent
        }
        entries[index] = entry
    }

    mutating func pop() {
        guard let last = entries.popLast(), !entries.isEmpty else { return }
        replaceTop(with: last)
    }

    /// In one go what taking the top off and putting another entry in come to; the heap is not empty.
    mutating func replaceTop(with entry: Entry) {
        var index = 0
        while true {
            var child = 2 * index + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1].dueAt < entries[child].dueAt { child += 1 }
            guard entries[child].dueAt < entry.dueAt else { break }
            entries[index] = entries[child]
            index = child
        }
        entries[index] = entry
    }
}
