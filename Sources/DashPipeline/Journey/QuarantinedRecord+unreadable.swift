import DashMapping
import DashStorage
import FoundationEssentials

extension QuarantinedRecord {
    /// The name in the quarantine of what is no record.
    static let unreadableRule = "format"
    private static let keptBytes = 64 << 10

    /// A piece of a body that is no record.
    init(_ piece: UnreadableRecord) { self.init(unreadable: piece.data, reason: piece.reason) }

    /// Bytes are kept as they are where they are text, and otherwise in base64: nothing is made up.
    init(unreadable bytes: some Collection<UInt8>, reason: String) {
        let kept = Array(bytes.prefix(Self.keptBytes))
        let data =
            Self.isText(kept, isWhole: kept.count == bytes.count)
            ? kept : Array(("base64:" + Data(kept).base64EncodedString()).utf8)
        self.init(rule: Self.unreadableRule, field: nil, reason: reason, data: data)
    }

    /// What was cut off may end inside of a character.
    private static func isText(_ bytes: [UInt8], isWhole: Bool) -> Bool {
        if String(validating: bytes, as: UTF8.self) != nil { return true }
        return !isWhole && (1...3).contains { String(validating: bytes.dropLast($0), as: UTF8.self) != nil }
    }
}
