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

    /// The protocol counts parameters in 16 bits.
    static let mostParameters = 65_535

    /// Throws when a value can't be sent at all.
    init(_ statement: SQLStatement) throws {
        guard statement.values.count <= Self.mostParameters else {
            throw SQLError(.invalidValue, "a statement has more than \(Self.mostParameters) values")
        }
        text = statement.text
        isReusable = statement.isReusable
        parameters = ParameterList()
        for value in statement.values { try parameters.append(value) }
    }
}
