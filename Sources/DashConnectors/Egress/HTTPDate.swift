import DashModel

/// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, the date form of HTTP (RFC 9110 §5.6.7).
enum HTTPDate {
    static func parse(_ text: String) -> Timestamp? {
        let words = text.split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: String(words[2])) else {
            return nil
        }
        let monthText = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp(text: "\(words[3])-\(monthText)-\(words[1])T\(words[4])Z")
    }
}
