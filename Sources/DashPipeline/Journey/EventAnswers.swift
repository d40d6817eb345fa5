import DashJSON
import DashMapping
import DashStorage

/// What became of each event of a body that is an array of them: what its repeats are answered.
struct EventAnswers {
    private(set) var answers: [Settlement.Request]

    /// The keys of what was set apart stand behind those of the body's events.
    init(_ keys: [String], _ records: SourceRecords, _ mapped: MappingOutput) {
        answers = keys.map { Settlement.Request(key: $0, accepted: 0) }
        guard case .document(let decoded, _) = records, let array = decoded.document.root else { return }
        let events = array.elements.map(\.node)
        for index in answers.indices.dropFirst(events.count) { answers[index].quarantined = 1 }
        for (root, fate) in zip(decoded.roots, mapped.fates) {
            // The last event that begins at or in front of the record.
            var (low, high) = (0, events.count)
            while low < high {
                let middle = (low + high) / 2
                if events[middle] <= root { low = middle + 1 } else { high = middle }
            }
            guard low > 0, low <= answers.count else { continue }
            answers[low - 1].accepted += fate.mapped
            answers[low - 1].quarantined += fate.refused
            answers[low - 1].duplicates += fate.duplicates
        }
    }
}
