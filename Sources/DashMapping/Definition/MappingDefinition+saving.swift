public import DashModel

extension MappingDefinition {
    /// What a definition is refused for when it is saved, and may have when it was saved before it was looked for.
    ///
    /// Steps that hide values must not seem to reach where they don't: fields inside lists have no name.
    public var issuesOfSaving: [DashError.Issue] {
        transformations.enumerated().flatMap { index, step in
            step.hiddenFields.enumerated().compactMap { place, field -> DashError.Issue? in
                guard field.keys.contains(where: { $0.utf8.contains { $0 == 0x5B || $0 == 0x5D } }) else { return nil }
                return .init(
                    pointer: "/transformations/\(index)/fields/\(place)",
                    message: """
                        can't have brackets: this step does not reach into lists. Name the whole list, or explode it \
                        before, or make it anew with compute: record.cards.map(c, {'name': c.name}). A key that has \
                        brackets itself is to be renamed before
                        """
                )
            }
        }
    }
}

extension Transformation {
    /// The fields that a step takes out of sight.
    fileprivate var hiddenFields: [FieldPath] {
        switch self {
        case .drop(let fields), .redact(let fields, _), .hash(let fields, _): fields
        default: []
        }
    }
}
