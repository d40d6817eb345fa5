import DashModel

/// A refused form, for its template: what is wrong, beside the field that it is wrong with.
struct FormProblem {
    private let error: DashError
    private let fields: Set<String>

    /// `fields` are the names of the form's own fields; what concerns none of them is listed above the form.
    init(_ error: DashError, fields: Set<String>) {
        self.error = error
        self.fields = fields
    }

    /// `problem`, `error_<field>` for each field, `otherIssues` for the rest.
    var data: ViewData {
        var data: ViewData = ["problem": error.message]
        var others: [ViewData] = []
        for issue in error.issues {
            let name = Self.name(issue.pointer)
            if let field = Self.candidates(name).first(where: fields.contains) {
                data["error_" + field] = issue.message
            } else {
                others.append(["name": name, "message": issue.message])
            }
        }
        // Everything stands beside its field: the heading need not say it all again.
        if others.isEmpty, !error.issues.isEmpty, !isOvertaken { data["problem"] = "Please correct the marked fields." }
        if !others.isEmpty {
            data["hasOtherIssues"] = true
            data["otherIssues"] = others
            if !isOvertaken {
                data["problem"] = error.message.split(separator: ":").first.map(String.init) ?? error.message
            }
        }
        return data
    }

    /// Nothing is wrong with what was typed: somebody else was there first.
    private var isOvertaken: Bool { error.code == .preconditionFailed }

    /// The message for a field, when there is one.
    func message(for field: String) -> String? {
        error.issues.first { Self.candidates(Self.name($0.pointer)).first(where: fields.contains) == field }?.message
    }

    /// `/source_config/auth/kind` is `source_config.auth.kind`.
    private static func name(_ pointer: String) -> String {
        pointer.split(separator: "/").joined(separator: ".")
    }

    /// A fault deep inside belongs to the nearest field above it.
    private static func candidates(_ name: String) -> [String] {
        let parts = name.split(separator: ".")
        return (0..<parts.count).map { parts[..<(parts.count - $0)].joined(separator: ".") }
    }
}
