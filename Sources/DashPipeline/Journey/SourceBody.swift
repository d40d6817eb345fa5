import DashJSON
import DashMapping
import DashModel
import DashStorage

/// What the first step of a journey yields.
enum SourceBody: Sendable {
    case fetched(FetchedBody)
    case posted([UInt8], form: BodyForm, unreadable: [QuarantinedRecord])
    case delivered(RecordBytes)
    case uploaded(UploadSlice)
    case picked(PickedRecords)

    var isFetched: Bool { if case .fetched = self { true } else { false } }

    var byteCount: Int {
        switch self {
        case .fetched(let body): body.bytes.count
        case .posted(let bytes, _, let unreadable): unreadable.reduce(bytes.count) { $0 + $1.data.count }
        case .delivered(let records): records.bytes.count
        case .uploaded(let slice): slice.byteCount
        // They were counted when they came.
        case .picked: 0
        }
    }

    /// How much longer than JSON of that size it takes to be read.
    var decodingWeight: Int {
        let form: BodyForm
        switch self {
        case .fetched(let body): form = body.form
        case .posted(_, let posted, _): form = posted
        case .delivered, .uploaded, .picked: return 1
        }
        switch form.framing {
        case .xml: return 8
        case .csv, .form: return 2
        case .auto, .json, .lines, .sequence: return 1
        }
    }

    var hasMore: Bool { if case .fetched(let body) = self { body.hasMore } else { false } }

    var cursor: JSONValue? { if case .fetched(let body) = self { body.cursor } else { nil } }
}
