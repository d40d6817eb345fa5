import DashJSON
import DashModel

extension Reference {
    /// What a table tells of an attribute beside its name.
    enum Column: String, CaseIterable {
        case type, `default`, limits, meaning

        func text(of attribute: Attribute) -> String {
            switch self {
            case .type: Self.type(of: attribute)
            case .default: Self.defaultValue(of: attribute)
            case .limits: Self.limits(of: attribute)
            // A bar would end the cell.
            case .meaning: attribute.help.replacing("|", with: "\\|")
            }
        }

        private static func type(of attribute: Attribute) -> String {
            let word =
                switch attribute.type {
                case .uuid: "id"
                case .string: "line of text"
                case .text, .bytes: "text"
                case .integer: "whole number"
                case .decimal: "number"
                case .boolean: "true or false"
                case .timestamp: "time"
                case .enumeration: "choice"
                case .json:
                    switch attribute.constraint {
                    case .object: "object"
                    case .array: "array"
                    case .ids: "ids"
                    default: "JSON"
                    }
                }
            return attribute.isNullable ? word + ", or null" : word
        }

        private static func defaultValue(of attribute: Attribute) -> String {
            if let value = attribute.defaultValue { return "`\(String(decoding: value.encoded(), as: UTF8.self))`" }
            return attribute.isNullable ? "" : "required"
        }

        private static func limits(of attribute: Attribute) -> String {
            if case .enumeration(let choices) = attribute.type {
                return choices.map { "`\($0)`" }.joined(separator: ", ")
            }
            return switch attribute.constraint {
            case .none, .object, .array: ""
            case .length(let range): "\(range.lowerBound) to \(range.upperBound) characters"
            case .range(let range): "\(range.lowerBound) to \(range.upperBound)"
            case .slug: "1 to 63 lower-case letters, digits and inner hyphens"
            case .email: "an e-mail address"
            case .timeZone: "a time zone"
            case .cron: "a cron expression"
            case .ids(let most): "at most \(most)"
            }
        }
    }
}
