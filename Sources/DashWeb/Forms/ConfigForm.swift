import DashJSON
import DashModel
import DashPipeline
import FoundationEssentials

/// The form of a source's or sink's config, made from its fields and read back by them.
struct ConfigForm {
    let fields: [ConfigField]
    /// `source_config` or `sink_config`: the controls are named `source_config.auth.kind`. Empty: by the fields alone.
    let prefix: String
    /// The pipelines that a field may name.
    var pipelines: [(id: UUID, name: String)] = []

    /// Sent back for a secret that stays as it is.
    static let mask = "********"

    // MARK: Showing

    /// One entry for each control, for the `config-field` template.
    func controls(_ values: JSONValue, problems: FormProblem? = nil) -> [ViewData] {
        controls(fields, values, prefix, problems)
    }

    /// Every control's name, for placing messages.
    var names: Set<String> { Set(Self.names(fields, prefix)) }

    private func controls(
        _ fields: [ConfigField],
        _ values: JSONValue,
        _ path: String,
        _ problems: FormProblem?
    ) -> [ViewData] {
        fields.map { field in
            let name = Self.name(field, in: path)
            let value = values[field.name] ?? field.defaultValue ?? .null
            // Everything is named, so that nothing is looked up in the group around it.
            var data: ViewData = [
                "name": name,
                "id": name.replacing(".", with: "-"),
                "label": field.label.prefix(1).uppercased() + field.label.dropFirst(),
                "help": field.help.isEmpty ? false : field.help,
                "error": problems?.message(for: name) ?? false,
                "isRequired": field.isRequired,
                "value": Self.text(value),
                "isInput": false, "isTextarea": false, "isSelect": false, "isCheckbox": false, "isGroup": false,
                "hasCondition": false,
            ]
            if let condition = Self.condition(field.name, path) {
                data["hasCondition"] = true
                data["showFor"] = path + ".kind"
                data["showWhen"] = condition
            }
            for (key, part) in control(field, value, name, problems) { data[key] = part }
            return data
        }
    }

    private func control(
        _ field: ConfigField,
        _ value: JSONValue,
        _ name: String,
        _ problems: FormProblem?
    ) -> ViewData {
        switch field.kind {
        case .url: Self.input(field.isSecret ? "password" : "url", field, value)
        case .string: Self.input(field.isSecret ? "password" : "text", field, value)
        case .jsonPath: Self.input("text", field, value, placeholder: "$")
        case .integer(let range):
            Self.input("number", field, value).merging(["min": range.lowerBound, "max": range.upperBound]) { $1 }
        case .text, .body: ["isTextarea": true, "rows": 4, "placeholder": ""]
        case .json: ["isTextarea": true, "rows": 6, "placeholder": "{ }"]
        case .dictionary, .headers, .parameters:
            ["isTextarea": true, "rows": 3, "placeholder": "name: value, one a line", "value": Self.lines(value)]
        case .list: ["isTextarea": true, "rows": 2, "placeholder": "one a line", "value": Self.list(value, field)]
        case .boolean: ["isCheckbox": true, "isChecked": value.boolValue ?? false]
        case .choice(let choices):
            ["isSelect": true, "options": choices.map { Self.option($0, $0, value.stringValue == $0) }]
        case .pipeline:
            [
                "isSelect": true,
                "options": [Self.option("", "Choose a pipeline", value.isNull)]
                    + pipelines.map { Self.option($0.id.text, $0.name, value.stringValue == $0.id.text) },
            ]
        case .group(let inner):
            ["isGroup": true, "fields": controls(inner, value, name, problems)]
        }
    }

    private static func input(
        _ type: String,
        _ field: ConfigField,
        _ value: JSONValue,
        placeholder: String = ""
    ) -> ViewData {
        // A stored secret comes masked from the service; whatever else is there must not be shown either.
        let shown = field.isSecret && !value.isNull ? mask : text(value)
        return [
            "isInput": true, "inputType": type, "placeholder": placeholder, "value": shown, "min": false, "max": false,
        ]
    }

    private static func option(_ value: String, _ label: String, _ isSelected: Bool) -> ViewData {
        ["optionValue": value, "optionLabel": label, "isSelected": isSelected]
    }

    /// Which credentials go with which kind of authorization.
    private static func condition(_ name: String, _ path: String) -> String? {
        guard path.hasSuffix(".auth") else { return nil }
        return switch name {
        case "username", "password": "basic"
        case "token": "bearer"
        case "name", "value": "header query"
        case "token_url", "client_id", "client_secret", "scope", "audience", "client_auth": "oauth2"
        default: nil
        }
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .string(let text): text
        default: value.text
        }
    }

    private static func lines(_ value: JSONValue) -> String {
        guard let object = value.objectValue else { return text(value) }
        return object.members.map { $0.key + ": " + text($0.value) }.joined(separator: "\n")
    }

    private static func list(_ value: JSONValue, _ field: ConfigField) -> String {
        guard let elements = value.arrayValue else { return field.isSecret && !value.isNull ? mask : text(value) }
        return elements.map { field.isSecret ? mask : text($0) }.joined(separator: "\n")
    }

    private static func names(_ fields: [ConfigField], _ path: String) -> [String] {
        fields.flatMap { field in
            let name = name(field, in: path)
            if case .group(let inner) = field.kind { return [name] + names(inner, name) }
            return [name]
        }
    }

    private static func name(_ field: ConfigField, in path: String) -> String {
        path.isEmpty ? field.name : path + "." + field.name
    }

    // MARK: Reading

    /// The config that the form says; what can't be read as its kind is kept as text, so that the check names it.
    func read(_ form: FormData) -> JSONValue { .object(Self.read(fields, form, prefix)) }

    private static func read(_ fields: [ConfigField], _ form: FormData, _ path: String) -> JSONObject {
        var object = JSONObject()
        for field in fields {
            let name = name(field, in: path)
            if case .group(let inner) = field.kind {
                let members = read(inner, form, name)
                if !members.isEmpty { object[field.name] = .object(members) }
            } else if case .boolean = field.kind {
                // A box that is not checked sends the hidden false beside it; a form that did not show it sends nothing, and
                // what is on by itself stays on.
                if form[name] == nil, field.defaultValue == true { continue }
                object[field.name] = .bool(form.flag(name))
            } else if let text = form[name], !text.trimmingSpaces.isEmpty {
                object[field.name] = value(text, of: field.kind)
            }
        }
        return object
    }

    private static func value(_ text: String, of kind: ConfigField.Kind) -> JSONValue {
        switch kind {
        case .integer: Int(text.trimmingSpaces).map { .number(JSONNumber($0)) } ?? .string(text)
        case .json: (try? JSONValue(parsing: text)) ?? .string(text)
        case .dictionary, .headers, .parameters: dictionary(text)
        case .list:
            .array(
                text.split(whereSeparator: \.isNewline).map { String($0).trimmingSpaces }.filter { !$0.isEmpty }
                    .map { .string($0) }
            )
        case .text, .body: .string(text.replacing("\r\n", with: "\n"))
        default: .string(text.trimmingSpaces)
        }
    }

    private static func dictionary(_ text: String) -> JSONValue {
        var object = JSONObject()
        for line in text.split(whereSeparator: \.isNewline) where !String(line).trimmingSpaces.isEmpty {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return .string(text) }
            object[String(parts[0]).trimmingSpaces] = .string(String(parts[1]).trimmingSpaces)
        }
        return .object(object)
    }
}
