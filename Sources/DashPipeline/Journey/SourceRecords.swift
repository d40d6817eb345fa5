import DashMapping
import DashModel

/// Records before mapping: in the document they came in, or as another pipeline stored them.
enum SourceRecords: Sendable {
    case document(DecodedRecords)
    case records(RecordBytes)
}
