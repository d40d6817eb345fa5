import DashJSON
import DashModel
import Foundation

/// Holds values to a resource's declaration: type, bounds and form of each attribute.
struct AttributeCheck {
    let resource: Resource

    init(_ resource: Resource) { self.resource = resource }

    /// What is wrong with a value of an attribute; nothing for an attribute that does not exist.
    func issues(for name: String, _ value: JSONValue, pointer: String? = nil) -> [DashError.Issue] {
        guard let attribute = resource.attribute(name) else { return [] }
        let pointer = pointer ?? "/" + name
        guard let message = Self.fault(of: value, as: attribute) else { return [] }
        return [.init(pointer: pointer, message: message)]
    }

    /// The value as it is stored: addresses in lower case, times in UTC, ids in lower case.
    func normalized(_ name: String, _ value: JSONValue) -> JSONValue {
        resource.attribute(name).map { Self.normalized(value, as: $0) } ?? value
    }

    static func normalized(_ value: JSONValue, as attribute: Attribute) -> JSONValue {
        guard let text = value.stringValue else { return value }
        // Forms send an empty field for nothing.
        if text.isEmpty, attribute.isNullable { return .null }
        if attribute.constraint == .email { return .string(EmailAddress.normalized(text) ?? text) }
        switch attribute.type {
        case .timestamp: return .string(Timestamp(text: text)?.text ?? text)
        case .uuid: return .string(UUID(text: text)?.text ?? text)
        default: return value
        }
    }

    /// Whether a value that came back from a client is the stored one, however it is spelt.
    func isSame(_ value: JSONValue, _ stored: JSONValue, as attribute: Attribute) -> Bool {
        if let number = value.doubleValue, let known = stored.doubleValue { return value == stored || number == known }
        return normalized(attribute.name, value) == stored
    }

    /// What is wrong with a value of an attribute, or of a parameter; nil when nothing is.
    static func fault(of value: JSONValue, as attribute: Attribute) -> String? {
        if value.isNull { return attribute.isNullable ? nil : "must not be null" }
        switch attribute.type {
        case .uuid:
            guard value.stringValue.flatMap(UUID.init(uuidString:)) != nil else { return "must be an id" }
        case .string:
            guard let text = value.stringValue else { return "must be text" }
            if let fault = lineFault(text) { return fault }
        case .text, .bytes:
            guard let text = value.stringValue else { return "must be text" }
            guard text.utf8.count <= 100_000 else { return "must have at most 100000 bytes" }
        case .integer:
            guard case .number = value, value.intValue != nil else { return "must be a whole number" }
        case .decimal:
            guard case .number = value else { return "must be a number" }
        case .boolean:
            guard value.boolValue != nil else { return "must be true or false" }
        case .timestamp:
            guard value.stringValue.flatMap({ Timestamp(text: $0) }) != nil else {
                return "must be a time like 2026-01-31T12:00:00Z"
            }
        case .enumeration(let choices):
            guard let text = value.stringValue, choices.contains(text) else {
                return "must be one of " + choices.joined(separator: ", ")
            }
        case .json: break
        }
        return boundFault(value, attribute.constraint)
    }

    private static func lineFault(_ text: String) -> String? {
        guard text.utf8.count <= 2_000 else { return "must have at most 2000 bytes" }
        guard !text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else {
            return "must be one line without control characters"
        }
        return nil
    }

    /// Cron expressions and configs are checked where they are understood, in the pipelines.
    private static func boundFault(_ value: JSONValue, _ constraint: ValueConstraint) -> String? {
        switch constraint {
        case .none: return nil
        case .length(let range):
            let text = value.stringValue ?? ""
            if text.count < range.lowerBound || text.allSatisfy(\.isWhitespace) && range.lowerBound > 0 {
                return range.lowerBound == 1 ? "must not be empty" : "must have at least \(range.lowerBound) characters"
            }
            return text.count > range.upperBound ? "must have at most \(range.upperBound) characters" : nil
        case .range(let range):
            guard let number = value.intValue, range.contains(number) else {
                return "must be from \(range.lowerBound) to \(range.upperBound)"
            }
            return nil
        case .slug:
            let isSlug = value.stringValue.map(Slug.isValid) ?? false
            return isSlug ? nil : "must be 1 to 63 lower-case letters, digits and inner hyphens"
        case .email:
            return value.stringValue.flatMap(EmailAddress.normalized) == nil ? "must be an e-mail address" : nil
        case .timeZone:
            let name = value.stringValue ?? ""
            return name.isEmpty || TimeZone(identifier: name) != nil ? nil : "must be a time zone like Europe/Amsterdam"
        case .cron: return nil
        case .object: return value.objectValue == nil ? "must be an object" : nil
        case .array: return value.arrayValue == nil ? "must be an array" : nil
        case .ids(let most):
            let isList = value.arrayValue.map { list in
                list.count <= most && list.allSatisfy { $0.stringValue.flatMap { UUID(text: $0) } != nil }
            }
            return isList == true ? nil : "must be a list of at most \(most) ids"
        }
    }
}
