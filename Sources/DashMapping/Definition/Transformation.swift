public import DashJSON

/// One step that reshapes the mapped record; steps run in their order.
public enum Transformation: Sendable, Hashable {
    /// `{"kind":"rename","from","to"}`: moves a field; to a name that is free, or whose field is `null`.
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
    /// `{"kind":"split","field","to"?,"separator"?,"trim"?}`: a string becomes the list of its parts. The separator is
    /// a comma unless given; an empty string has no parts.
    case split(FieldPath, to: FieldPath, separator: String, trims: Bool)
    /// `{"kind":"join","field" or "fields","to"?,"separator"?}`: a list's elements, or several fields, become one
    /// string. What is missing or `null` is passed over; `to` may only be left out with one field.
    case join([FieldPath], to: FieldPath, separator: String)
    /// `{"kind":"lookup","field","to"?,"table":{…},"default"?}`: the value that a small table has for the field. Without
    /// an entry the default is taken, and without that `to` is left out.
    case lookup(FieldPath, to: FieldPath, table: JSONObject, defaultValue: JSONValue?)
    /// `{"kind":"parse_time","field","to"?,"format"?}`: as a cast to a timestamp; with `to` the original stays.
    case parseTime(FieldPath, to: FieldPath, TimestampFormat?)
    /// `{"kind":"deduplicate","fields":[…],"window_seconds"?,"max_keys"?}`: drops a record whose fields have the values
    /// of one within the window. A record that has none of the fields stays.
    case deduplicate([FieldPath], KeyLimits)
    /// `{"kind":"redact","fields":[…],"with"?}` or `{…,"keep_last"}`: hides values; `[redacted]` unless something else
    /// is given.
    case redact([FieldPath], Redaction)
    /// `{"kind":"hash","fields":[…],"salt"?}`: replaces values by their SHA-256 in hexadecimal, with a salt by
    /// HMAC-SHA-256.
    case hash([FieldPath], salt: String?)
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
