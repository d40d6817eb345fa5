import DashJSON

/// A record while it is being reshaped: entries in one array, linked by index. A value of the source stays a single
/// entry until a step has to reach inside.
struct RecordTree {
    struct Entry {
        var key: TextRange
        var value: FieldValue
        /// Whether the value's members or elements are entries of their own.
        var isOpen = false
        var first = -1
        var last = -1
        var next = -1
    }

    private(set) var entries: [Entry] = []

    static let noKey = TextRange(origin: .scratch, isEscaped: false, start: 0, length: 0)

    subscript(_ index: Int) -> Entry {
        @inline(__always) get { entries[index] }
        @inline(__always) set { entries[index] = newValue }
    }

    mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

    @inline(__always)
    mutating func add(_ value: FieldValue, key: TextRange = noKey) -> Int {
        entries.append(Entry(key: key, value: value))
        return entries.count - 1
    }

    /// An object or array without members yet.
    mutating func addContainer(_ kind: JSONKind, key: TextRange = noKey) -> Int {
        let value = FieldValue(origin: .scratch, kind: kind, flags: [], start: 0, length: 0)
        let index = add(value, key: key)
        entries[index].isOpen = true
        return index
    }

    @inline(__always)
    mutating func append(_ child: Int, to parent: Int) {
        entries[child].next = -1
        if entries[parent].last < 0 {
            entries[parent].first = child
        } else {
            entries[entries[parent].last].next = child
        }
        entries[parent].last = child
    }

    /// Takes `child` out; `previous` is the entry before it, -1 for none.
    mutating func remove(_ child: Int, after previous: Int, from parent: Int) {
        let next = entries[child].next
        if previous < 0 { entries[parent].first = next } else { entries[previous].next = next }
        if entries[parent].last == child { entries[parent].last = previous }
        entries[child].next = -1
    }

    /// Puts `replacement` where `child` stands.
    mutating func replace(_ child: Int, after previous: Int, in parent: Int, with replacement: Int) {
        entries[replacement].next = entries[child].next
        if previous < 0 { entries[parent].first = replacement } else { entries[previous].next = replacement }
        if entries[parent].last == child { entries[parent].last = replacement }
        entries[child].next = -1
    }

    mutating func removeChildren(of parent: Int) {
        entries[parent].first = -1
        entries[parent].last = -1
    }

    /// A copy of an entry and all below it; values are copied by place.
    mutating func copy(_ index: Int) -> Int {
        let original = entries[index]
        let copy = add(original.value, key: original.key)
        guard original.isOpen else { return copy }
        entries[copy].isOpen = true
        var child = original.first
        while child >= 0 {
            let next = entries[child].next
            append(self.copy(child), to: copy)
            child = next
        }
        return copy
    }
}
