/// Why a value doesn't fit a column: "must be a UUID".
struct Misfit: Error, Hashable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
