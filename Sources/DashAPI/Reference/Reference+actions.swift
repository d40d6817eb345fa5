import DashModel
import HTTPTypes

extension Reference {
    /// What can be done with resources beyond reading and writing them, and asked about them.
    static var actions: String {
        let intro = [
            "What can be done with a row beyond reading and writing it, and what can be asked about it. The parameters of an action",
            "are members of an object, the body; one that is not known is refused with 422 and a pointer. See [rest.md](../rest.md).",
        ]
        return text(head("Actions", intro) + Resources.exposed.flatMap(sections))
    }

    private static func sections(of resource: Resource) -> [String] {
        let parts = RESTRoute.all.filter { $0.resource == resource.name }.flatMap(section)
        return parts.isEmpty ? [] : ["## \(resource.name)", ""] + parts
    }

    private static func section(_ route: RESTRoute) -> [String] {
        switch route.kind {
        case .act(let action):
            section(route, action.summary, action.role, action.answer, action.parameters, place: nil)
        case .view(let view):
            section(
                route,
                view.summary,
                view.permission.role,
                view.answer,
                view.parameters,
                place: place(of: view)
            )
        case .list, .create, .fetch, .update, .delete, .related, .linkage, .relink: []
        }
    }

    private static func section(
        _ route: RESTRoute,
        _ summary: String,
        _ role: Role,
        _ answer: Answer,
        _ parameters: [Attribute],
        place: String?
    ) -> [String] {
        var lines = ["### \(route.method.rawValue) \(route.path)", "", summary]
        lines.append("Who may: \(who(role)). " + words(answer))
        if let place { lines.append(place) }
        lines.append("")
        lines += table("parameter", parameters)
        lines += shape(answer)
        return lines
    }

    /// Where a view's parameters stand; nil for one that has none.
    private static func place(of view: ResourceView) -> String? {
        switch view.input {
        case .address: view.parameters.isEmpty ? nil : "The parameters stand in the address."
        case .body: "The parameters are members of an object, the body."
        case .file: "The body is the file; the parameters stand in the address."
        }
    }

    private static func words(_ answer: Answer) -> String {
        switch answer {
        case .row: "Answers 200 and the row as it is now."
        case .rowWithToken: "Answers 200 and the row, with a secret that is told only now: `meta.token`."
        case .nothing: "Answers 204."
        case .started(let name): "Answers 202 and a row of `\(name)`."
        case .values(let shape): "Answers 200 and a document of type `\(shape.type)`."
        case .promise(let shape): "Answers 202 and a document of type `\(shape.type)`."
        case .page(let shape): "Answers 200 and a page of `\(shape.type)`, by `page[size]` and `page[after]`."
        case .count(let name): "Answers 200 and how many it concerned: `meta.\(name)`."
        case .table: "Answers 200, columns and rows ([rest.md](../rest.md#records-ledger-questions))."
        }
    }

    private static func shape(_ answer: Answer) -> [String] {
        switch answer {
        case .values(let shape), .promise(let shape), .page(let shape):
            table("answer", shape.attributes, columns: [.type, .meaning])
        case .row, .rowWithToken, .nothing, .started, .count, .table: []
        }
    }
}
