import DashModel

/// How far a signed time may be from ours: older requests may be replays.
enum SignatureWindow {
    static let seconds: Int64 = 300

    /// `text` is a whole number of seconds since 1970. Throws `DashError` `.unauthenticated`.
    static func check(_ text: String, header: String, now: Timestamp) throws(DashError) {
        guard let sent = Int64(text), (0...253_402_300_799).contains(sent) else {
            throw DashError(.unauthenticated, "The time in \(header) must be in seconds since 1970.")
        }
        let age = now.microseconds / 1_000_000 - sent
        guard abs(age) <= seconds else {
            let what = age > 0 ? "\(age) s old" : "\(-age) s in the future"
            throw DashError(
                .unauthenticated,
                "The request was signed with a time that is \(what); at most \(seconds) s are allowed. Check both clocks."
            )
        }
    }
}
