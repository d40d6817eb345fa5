import DashJSON

extension [UInt8] {
    /// The bytes as a JSON tree.
    var json: JSONValue { get throws { try JSONValue(parsing: self) } }
}
