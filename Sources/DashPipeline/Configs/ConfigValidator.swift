import DashJSON
import DashMapping
import DashModel
import FoundationEssentials

/// Checks a config against the fields its kind declares, and reports everything that is wrong at once.
struct ConfigValidator {
    private(set) var issues: [DashError.Issue] = []

    /// `pointer` is where the config lies: `/source_config`.
    mutating func check(_ config: JSONValue, _ fields: [ConfigField], at pointer: String) {
        guard let object = config.objectValue else {
            report(pointer, "must be an object")
            return
        }
        for (key, _) in object.members where !fields.contains(where: { $0.name == key }) {
            let known = fields.isEmpty ? "it has none" : "known are \(fields.map(\.name).joined(separator: ", "))"
            report("\(pointer)/\(Self.escaped(key))", "is not a setting of this kind; \(known)")
        }
        for field in fields {
            check(object[field.name] ?? .null, field, at: "\(pointer)/\(field.name)")
        }
    }

    private mutating func check(_ value: JSONValue, _ field: ConfigField, at pointer: String) {
        if value.isNull || value == "" {
            if field.isRequired { report(pointer, "is missing") }
            return
        }
        switch field.kind {
        case .url: checkURL(value, at: pointer)
        case .string, .text, .body:
            if value.stringValue == nil { report(pointer, "must be a text") }
        case .integer(let range):
            guard let number = value.intValue, range.contains(number) else {
                return report(pointer, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
        case .boolean:
            if value.boolValue == nil { report(pointer, "must be true or false") }
        case .choice(let choices):
            guard let choice = value.stringValue, choices.contains(choice) else {
                return report(pointer, "must be one of \(choices.joined(separator: ", "))")
            }
        case .dictionary, .parameters: checkDictionary(value, at: pointer)
        case .headers:
            checkDictionary(value, at: pointer)
            for (name, _) in value.objectValue?.members ?? [] where SecretNames.isFraming(header: name) {
                report("\(pointer)/\(Self.escaped(name))", "can't be set: it follows from the request itself")
            }
        case .list:
            let elements = value.arrayValue
            if elements == nil || elements?.contains(where: { ($0.stringValue ?? "").isEmpty }) == true {
                report(pointer, "must be an array of texts, none of them empty")
            }
        case .json: break
        case .jsonPath: checkPath(value, at: pointer)
        case .pipeline:
            if value.stringValue.flatMap(UUID.init(uuidString:)) == nil { report(pointer, "must be a pipeline's id") }
        case .group(let fields): check(value, fields, at: pointer)
        }
    }

    private mutating func checkURL(_ value: JSONValue, at pointer: String) {
        guard let text = value.stringValue, let url = URLComponents(string: text),
            let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https",
            let host = url.host, !host.isEmpty
        else { return report(pointer, "must be an http or https address") }
        if url.user != nil || url.password != nil {
            report(pointer, "must not hold a user name or password; put them into the credentials")
        }
        if let port = url.port, !(1...65_535).contains(port) { report(pointer, "has a port that does not exist") }
    }

    private mutating func checkDictionary(_ value: JSONValue, at pointer: String) {
        guard let object = value.objectValue else { return report(pointer, "must be an object of texts") }
        for (key, value) in object.members {
            let place = "\(pointer)/\(Self.escaped(key))"
            guard let text = value.stringValue else {
                report(place, "must be a text")
                continue
            }
            // Keys and values become header lines: a line break in one would start another.
            if (key + text).unicodeScalars.contains(where: { $0.value < 32 && $0 != "\t" || $0.value == 127 }) {
                report(place, "must not hold control characters")
            }
        }
    }

    private mutating func checkPath(_ value: JSONValue, at pointer: String) {
        guard let text = value.stringValue else { return report(pointer, "must be a JSONPath") }
        do throws(JSONPathError) {
            _ = try JSONPath(text)
        } catch {
            report(pointer, "is not a JSONPath: \(error)")
        }
    }

    private mutating func report(_ pointer: String, _ message: String) {
        issues.append(.init(pointer: pointer, message: message))
    }

    private static func escaped(_ key: String) -> String {
        key.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}
