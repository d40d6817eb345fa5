/// When something is no longer tried because the process ended each time it was.
public enum LostStarts {
    /// So many starts in a row that ended with the process are enough.
    public static let limit = 3

    /// From the second on, starts are spread over so many seconds, so that the innocent, which ran beside the one that ends
    /// the process, get theirs without it.
    package static let spread: Int64 = 30

    /// Why it was set aside.
    public static func reason(_ what: String) -> String {
        "The server ended \(limit) times in a row while \(what). It was set aside so that the server can go on; what it "
            + "reads may be the cause, and the server's log says more."
    }
}
