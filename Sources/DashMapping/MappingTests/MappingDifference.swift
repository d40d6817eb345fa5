public import DashJSON

/// A place at which two definitions of a mapping differ.
public struct MappingDifference: Sendable, Hashable {
    /// A JSON pointer (RFC 6901) into the later one; for what was removed, into the earlier one.
    public var pointer: String
    /// nil: it was added.
    public var before: JSONValue?
    /// nil: it was removed.
    public var after: JSONValue?

    public init(pointer: String, before: JSONValue?, after: JSONValue?) {
        self.pointer = pointer
        self.before = before
        self.after = after
    }

    /// Everything in which `after` differs from `before`; empty when they mean the same.
    public static func between(_ before: JSONValue, _ after: JSONValue) -> [MappingDifference] {
        var differences: [MappingDifference] = []
        compare(before, after, at: "", &differences)
        return differences
    }

    private static func compare(
        _ before: JSONValue,
        _ after: JSONValue,
        at pointer: String,
        _ found: inout [MappingDifference]
    ) {
        guard !JSONEquality.equal(before, after) else { return }
        switch (before, after) {
        case (.object(let old), .object(let new)):
            for (key, value) in old.members {
                let place = pointer + "/" + JSONPointerText.escaped(key)
                if let other = new[key] {
                    compare(value, other, at: place, &found)
                } else {
                    found.append(MappingDifference(pointer: place, before: value, after: nil))
                }
            }
            for (key, value) in new.members where old[key] == nil {
                let place = pointer + "/" + JSONPointerText.escaped(key)
                found.append(MappingDifference(pointer: place, before: nil, after: value))
            }
        case (.array(let old), .array(let new)): compare(old, new, at: pointer, &found)
        default: found.append(MappingDifference(pointer: pointer, before: before, after: after))
        }
    }

    /// What both begin and end with is passed over, so that one item more is one difference.
    private static func compare(
        _ old: [JSONValue],
        _ new: [JSONValue],
        at pointer: String,
        _ found: inout [MappingDifference]
    ) {
        let shorter = min(old.count, new.count)
        let head = (0..<shorter).prefix { JSONEquality.equal(old[$0], new[$0]) }.count
        let tail = (0..<(shorter - head)).prefix {
            JSONEquality.equal(old[old.count - 1 - $0], new[new.count - 1 - $0])
        }.count
        let oldEnd = old.count - tail
        let newEnd = new.count - tail
        for index in head..<max(oldEnd, newEnd) {
            let place = "\(pointer)/\(index)"
            if index < oldEnd, index < newEnd {
                compare(old[index], new[index], at: place, &found)
            } else if index < oldEnd {
                found.append(MappingDifference(pointer: place, before: old[index], after: nil))
            } else {
                found.append(MappingDifference(pointer: place, before: nil, after: new[index]))
            }
        }
    }
}
