/// How much a team may still store while a group is decided.
struct TeamStorage {
    let limit: Int64
    let used: Int64
    /// What the group adds.
    var added: Int64 = 0

    func hasRoom(for bytes: Int64) -> Bool { bytes == 0 || used + added + bytes <= limit }
}
