import DashMapping
import DashStorage

/// What the steps before the saving transaction made of a body. What was decoded is not kept: it is larger than the rest, and
/// a batch may wait for its transaction.
struct MappedBody: Sendable {
    var output: MappingOutput
    var unreadable: [QuarantinedRecord]
    /// What each event of a body that is an array of them is answered.
    var events: [Settlement.Request]
    /// What the source's schema is to be inferred from.
    var sample: SchemaParameters?
}
