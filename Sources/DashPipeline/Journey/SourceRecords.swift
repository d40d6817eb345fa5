import DashMapping
import DashModel
import DashStorage

/// Records before mapping: in the document they came in, or as another pipeline stored them.
enum SourceRecords: Sendable {
    /// Those that can be read, and pieces of what came that can't.
    case document(DecodedRecords, unreadable: [QuarantinedRecord])
    case records(RecordBytes)

    init(_ decoded: DecodedRecords, unreadable others: [QuarantinedRecord] = []) {
        self = .document(decoded, unreadable: others + decoded.unreadable.map { QuarantinedRecord($0) })
    }

    var unreadable: [QuarantinedRecord] { if case .document(_, let unreadable) = self { unreadable } else { [] } }

    /// How many bytes there are to be mapped, as far as can be told.
    var byteCount: Int {
        switch self {
        case .document(let records, _): records.byteCount
        case .records(let records): records.bytes.count
        }
    }

    var count: Int {
        switch self {
        case .document(let records, _): records.roots.count
        case .records(let records): records.count
        }
    }
}
