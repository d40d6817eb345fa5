/// The English names in dates, and the zones that mail may name (RFC 5322 §4.3).
enum CalendarNames {
    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]
    private static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    /// Minutes east of UTC.
    private static let zones = [
        "z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420,
        "mdt": -360,
        "pst": -480, "pdt": -420,
    ]

    /// 1 to 12 for a name of three letters or more, in lower case.
    static func month(_ name: String) -> Int? { place(of: name, in: months) }
    static func isWeekday(_ name: String) -> Bool { place(of: name, in: weekdays) != nil }
    static func zone(_ name: String) -> Int? { zones[name] }

    private static func place(of name: String, in names: [String]) -> Int? {
        guard name.utf8.count >= 3 else { return nil }
        return names.firstIndex { $0.hasPrefix(name) }.map { $0 + 1 }
    }
}
