/// An encoding of characters that bodies may be written in. Only these are handed to the C library, whatever a sender
/// writes.
public struct Charset: Sendable, Hashable {
    /// As iconv calls it.
    let name: String

    public static let utf8 = Charset(name: "UTF-8")

    private init(name: String) { self.name = name }

    /// nil for a name that is not known.
    public init?(label: String) {
        guard label.utf8.count <= 40 else { return nil }
        let key = String(label.lowercased().unicodeScalars.filter { !" -_.:".unicodeScalars.contains($0) })
        guard let name = Self.names[key] else { return nil }
        self.init(name: name)
    }

    /// The encoding that a byte order mark tells, and the mark's length.
    static func marked(_ bytes: some Collection<UInt8>) -> (charset: Charset, length: Int)? {
        guard let first = bytes.first, first == 0xEF || first >= 0xFE || first == 0 else { return nil }
        let head = Array(bytes.prefix(4))
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if head == [0xFF, 0xFE, 0, 0] { return (Charset(name: "UTF-32LE"), 4) }
        if head == [0, 0, 0xFE, 0xFF] { return (Charset(name: "UTF-32BE"), 4) }
        if head.starts(with: [0xFF, 0xFE]) { return (Charset(name: "UTF-16LE"), 2) }
        if head.starts(with: [0xFE, 0xFF]) { return (Charset(name: "UTF-16BE"), 2) }
        return nil
    }

    private static let names: [String: String] = {
        var names = [
            "utf8": "UTF-8", "utf16": "UTF-16", "utf16le": "UTF-16LE", "utf16be": "UTF-16BE", "utf32": "UTF-32",
            "utf32le": "UTF-32LE", "utf32be": "UTF-32BE", "ascii": "US-ASCII", "usascii": "US-ASCII",
            "latin1": "ISO-8859-1", "latin2": "ISO-8859-2", "latin9": "ISO-8859-15", "koi8r": "KOI8-R",
            "koi8u": "KOI8-U", "macintosh": "MACINTOSH", "macroman": "MACINTOSH", "xmacroman": "MACINTOSH",
            "shiftjis": "SHIFT_JIS", "sjis": "SHIFT_JIS", "xsjis": "SHIFT_JIS", "windows31j": "CP932",
            "cp932": "CP932", "eucjp": "EUC-JP", "iso2022jp": "ISO-2022-JP", "euckr": "EUC-KR", "cp949": "CP949",
            "gb2312": "GB18030", "gbk": "GB18030", "gb18030": "GB18030", "big5": "BIG5", "tis620": "TIS-620",
            "windows874": "CP874",
        ]
        for part in 1...16 where part != 12 { names["iso8859\(part)"] = "ISO-8859-\(part)" }
        for page in 1250...1258 {
            names["windows\(page)"] = "CP\(page)"
            names["cp\(page)"] = "CP\(page)"
        }
        for page in [437, 850, 852, 855, 858, 866] {
            names["cp\(page)"] = "CP\(page)"
            names["ibm\(page)"] = "CP\(page)"
        }
        return names
    }()
}
