/// Which statements a connection has compiled on the server, the least used given up first.
struct PreparedStatements {
    /// A statement is the same only with the same parameter types.
    struct Key: Hashable {
        var text: String
        var types: [UInt32]
    }

    struct Use {
        var name: String
        var key: Key
        var isNew: Bool
    }

    static let capacity = 256
    private var names: [Key: (name: String, turn: UInt64)] = [:]
    private var turn: UInt64 = 0
    /// Statements that make the server forget what was given up here; they go ahead of the next round trip.
    private var closings: [String] = []

    var count: Int { names.count }

    mutating func name(of command: PostgresCommand) -> Use {
        turn += 1
        let key = Key(text: command.text, types: command.parameters.types)
        if let known = names[key] {
            names[key] = (known.name, turn)
            return Use(name: known.name, key: key, isNew: false)
        }
        if names.count >= Self.capacity {
            // A quarter at once, so that a full cache is not sorted at every statement.
            for (old, use) in names.sorted(by: { $0.value.turn < $1.value.turn }).prefix(Self.capacity / 4) {
                names[old] = nil
                closings.append("DEALLOCATE \(use.name)")
            }
        }
        let name = "dash_\(turn)"
        names[key] = (name, turn)
        return Use(name: name, key: key, isNew: true)
    }

    mutating func forget(_ key: Key) { names[key] = nil }

    /// Tables changed, or somebody made the server forget: everything is compiled anew.
    mutating func forgetAll() {
        names = [:]
        closings = ["DEALLOCATE ALL"]
    }

    mutating func takeClosings() -> [String] {
        defer { closings = [] }
        return closings
    }

    /// It was not carried out.
    mutating func keepClosing(_ text: String) { closings.append(text) }
}
