/// How much a team may still store while a group is decided.
package struct TeamStorage {
    package let limit: Int64
    package let used: Int64
    /// What the group adds.
    package var added: Int64 = 0

    package init(limitGB: Int64, used: Int64) {
        limit = limitGB &* 1_000_000_000
        self.used = used
    }

    package func hasRoom(for bytes: Int64) -> Bool { bytes == 0 || used + added + bytes <= limit }
}
