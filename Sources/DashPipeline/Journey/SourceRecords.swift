import DashMapping
import DashModel
import DashStorage

/// Records before mapping: in the document they came in, or as another pipeline stored them.
enum SourceRecords: Sendable {
    case document(DecodedRecords)
    /// Those that can be read, and pieces of a file that can't.
    case sifted(DecodedRecords, unreadable: [QuarantinedRecord])
    case records(RecordBytes)

    var unreadable: [QuarantinedRecord] { if case .sifted(_, let unreadable) = self { unreadable } else { [] } }
}
