public import DashJSON

/// One step that reshapes the mapped record; steps run in their order.
public enum Transformation: Sendable, Hashable {
    /// `{"kind":"rename","from","to"}`: moves a field; a field that has the new name is replaced.
    case rename(from: FieldPath, to: FieldPath)
    /// `{"kind":"drop","fields":[…]}`
    case drop([FieldPath])
    /// `{"kind":"keep","fields":[…]}`: drops all others.
    case keep([FieldPath])
    /// `{"kind":"flatten","field"?,"separator"?}`: replaces objects by their inner fields with joined names; without
    /// `field` all objects of the record. Arrays stay. The separator is `_` unless given.
    case flatten(FieldPath?, separator: String)
    /// `{"kind":"explode","field","merge"?}`: one record for each element of an array, which takes the field's place;
    /// with `merge`, an element that is an object gives its members to the record instead. An empty array takes the
    /// field away, any other value leaves the record as it is.
    case explode(FieldPath, merge: Bool)
    /// `{"kind":"cast","field","type","format"?}`
    case cast(FieldPath, FieldType, TimestampFormat?)
    /// `{"kind":"constant","field","value"}`: sets a field.
    case constant(FieldPath, JSONValue)
    /// `{"kind":"compute","target","expression"}`: sets a field to what an expression gives; an optional without a
    /// value leaves the field as it is.
    case compute(FieldPath, CELProgram)
    /// `{"kind":"filter","expression"}`: drops the records for which the expression is not true.
    case filter(CELProgram)
}
