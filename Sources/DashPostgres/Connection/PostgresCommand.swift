import DashStorage

/// A statement with its parameters as they go over the wire.
struct PostgresCommand {
    var text: String
    var parameters: ParameterList
    /// Kept compiled on the connection.
    var isReusable = true

    init(_ text: String, _ parameters: ParameterList = ParameterList(), isReusable: Bool = true) {
        self.text = text
        self.parameters = parameters
        self.isReusable = isReusable
    }

    /// Throws when a value can't be sent at all.
    init(_ statement: SQLStatement) throws {
        text = statement.text
        isReusable = statement.isReusable
        parameters = ParameterList()
        for value in statement.values { try parameters.append(value) }
    }
}
