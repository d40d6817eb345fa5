public import DashJSON

/// The attributes of an answer that is stored nowhere, as its shape declares them.
public protocol AnswerValues: Sendable {
    /// Writes each name with its value; the object around them is written already.
    func write(to writer: inout JSONWriter)
}

extension JSONObject: AnswerValues {
    public func write(to writer: inout JSONWriter) {
        for (name, value) in members {
            writer.key(name)
            writer.write(value)
        }
    }
}
