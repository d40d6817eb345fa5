import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// What a request's query parameters ask for. Anything unknown is refused by its name.
struct RESTParameters: Sendable {
    /// Which families of parameters a route takes.
    struct Allowed: OptionSet, Sendable {
        let rawValue: Int
        static let include = Allowed(rawValue: 1)
        static let fields = Allowed(rawValue: 2)
        static let page = Allowed(rawValue: 4)
        static let filter = Allowed(rawValue: 8)
        static let sort = Allowed(rawValue: 16)
        static let document: Allowed = [.include, .fields]
        static let collection: Allowed = [.include, .fields, .page, .filter, .sort]
    }

    static let defaultPageSize = 50
    static let maximumPageSize = 200

    let string: QueryString
    private(set) var include = RelatedTree()
    /// Whether related rows were asked for, be it none.
    private(set) var isCompound = false
    private(set) var fields = FieldSelection()
    private(set) var query = ResourceQuery(limit: defaultPageSize)

    /// `resource` is what the answer's primary data is made of.
    init(_ text: String?, for resource: Resource?, allowing allowed: Allowed, principal: Principal) throws {
        string = try QueryString(text)
        for (name, value) in string.items {
            guard let parts = QueryString.parts(of: name) else {
                throw RESTError.parameter(name, "The brackets in the parameter's name don't match.")
            }
            switch (parts[0], parts.count) {
            case ("include", 1) where allowed.contains(.include):
                if let resource { include = try RelatedTree(value, from: resource, for: principal) }
                isCompound = true
            case ("fields", 2) where allowed.contains(.fields): try fields.select(parts[1], value)
            case ("page", 2) where allowed.contains(.page): try page(parts[1], value, name)
            case ("sort", 1) where allowed.contains(.sort): try sort(value, resource)
            case ("filter", 2...3) where allowed.contains(.filter):
                try filter(parts[1], parts.count == 3 ? parts[2] : "eq", value, name, resource)
            default: throw RESTError.parameter(name, "The parameter \(name) is not known here.")
            }
        }
        if query.after != nil, query.before != nil {
            throw RESTError.parameter("page[before]", "A page lies behind one cursor or before one, not both.")
        }
    }

    private mutating func page(_ kind: String, _ value: String, _ name: String) throws {
        switch kind {
        case "size":
            guard let size = Int(value), (1...Self.maximumPageSize).contains(size) else {
                throw RESTError.parameter(name, "A page has from 1 to \(Self.maximumPageSize) rows.")
            }
            query.limit = size
        case "after":
            guard !value.isEmpty else { throw RESTError.parameter(name, "The page's cursor is empty.") }
            query.after = value
        case "before":
            guard !value.isEmpty else { throw RESTError.parameter(name, "The page's cursor is empty.") }
            query.before = value
        default: throw RESTError.parameter(name, "Pages are asked for by page[size], page[after] and page[before].")
        }
    }

    private mutating func sort(_ value: String, _ resource: Resource?) throws {
        guard let resource else { return }
        for part in value.split(separator: ",", omittingEmptySubsequences: false) {
            let isDescending = part.hasPrefix("-")
            let name = String(isDescending ? part.dropFirst() : part)
            guard let column = Self.column(name, of: resource)?.name else {
                throw RESTError.parameter("sort", "\(resource.name) can't be sorted by \(name).")
            }
            query.sort.append(.init(column, descending: isDescending))
        }
    }

    private mutating func filter(
        _ field: String,
        _ opName: String,
        _ value: String,
        _ parameter: String,
        _ resource: Resource?
    ) throws {
        guard let resource else { return }
        guard let column = Self.column(field, of: resource) else {
            throw RESTError.parameter(parameter, "\(resource.name) can't be filtered by \(field).")
        }
        // No text that is stored holds one, and not every database can be asked for it.
        guard !value.contains("\0") else {
            throw RESTError.parameter(parameter, "The value holds a null character.")
        }
        guard let op = ResourceQuery.Operator(rawValue: opName) else {
            let known = ResourceQuery.Operator.allCases.map(\.rawValue).joined(separator: ", ")
            throw RESTError.parameter(parameter, "There is no operator \(opName); there are \(known).")
        }
        func typed(_ text: String) throws -> JSONValue {
            guard let typed = Self.value(text, as: column.type) else {
                throw RESTError.parameter(parameter, "\(text) is not a value of \(field).")
            }
            return typed
        }
        let operand: JSONValue
        switch op {
        case .in:
            let texts = value.split(separator: ",")
            guard texts.count <= 200 else { throw RESTError.parameter(parameter, "At most 200 values can be listed.") }
            operand = .array(try texts.map { try typed(String($0)) })
        case .null:
            guard value == "true" || value == "false" else {
                throw RESTError.parameter(parameter, "The operator null takes true or false.")
            }
            operand = .bool(value == "true")
        case .like:
            switch column.type {
            case .string, .text, .enumeration:
                guard value.utf8.count <= 200 else {
                    throw RESTError.parameter(parameter, "A pattern has at most 200 bytes.")
                }
                operand = .string(value)
            default: throw RESTError.parameter(parameter, "The operator like is for text.")
            }
        default: operand = try typed(value)
        }
        query.filters.append(.init(column.name, op, operand))
    }

    /// A column by its attribute's or relationship's name, or its own, when clients may query it.
    private static func column(_ name: String, of resource: Resource) -> Column? {
        let attribute = resource.attribute(inDocuments: name)?.name ?? name
        let wanted = resource.relationship(name).map { $0.kind == .toOne ? $0.column : "" } ?? attribute
        guard ResourceService.queryableColumns(of: resource).contains(wanted) else { return nil }
        return resource.columns.first { $0.name == wanted }
    }

    private static func value(_ text: String, as type: AttributeType) -> JSONValue? {
        switch type {
        case .uuid: UUID(text: text).map { .string($0.text) }
        case .string, .text: .string(text)
        case .integer: Int(text).map { .number(JSONNumber($0)) }
        case .decimal: Double(text).flatMap { JSONNumber($0) }.map { .number($0) }
        case .boolean: text == "true" ? true : text == "false" ? false : nil
        case .timestamp: Timestamp(text: text).map { .string($0.text) }
        case .enumeration(let choices): choices.contains(text) ? .string(text) : nil
        case .json, .bytes: nil
        }
    }
}
