import DashJSON
import DashModel
import DashPipeline

/// The part of a form that a resource's declaration makes: every attribute that clients write and the page does not lay
/// out by hand. An attribute that is added to the declaration is in the form by that.
struct DeclaredFields {
    private let attributes: [Attribute]
    private let form: ConfigForm

    /// `laidOut` are the attributes with a place of their own on the page.
    init(_ resource: Resource, besides laidOut: Set<String>, isNew: Bool) {
        attributes = resource.attributes.filter { attribute in
            let isWritable = attribute.access == .readWrite || (isNew && attribute.access == .createOnly)
            return isWritable && !laidOut.contains(attribute.name)
        }
        form = ConfigForm(fields: attributes.map(Self.field), prefix: "")
    }

    var names: Set<String> { form.names }

    /// `hasMore` and `more`, for the `declared-fields` template.
    func data(_ values: JSONObject, _ error: DashError?) -> ViewData {
        let problems = error.map { FormProblem($0, fields: names) }
        return ["hasMore": !attributes.isEmpty, "more": form.controls(.object(values), problems: problems)]
    }

    /// What the form says; an emptied field is nothing, or what the attribute is by default.
    func read(_ posted: FormData) -> JSONObject {
        guard case .object(var values) = form.read(posted) else { return JSONObject() }
        for attribute in attributes where values[attribute.name] == nil {
            values[attribute.name] = attribute.isNullable ? .some(.null) : attribute.defaultValue
        }
        return values
    }

    private static func field(_ attribute: Attribute) -> ConfigField {
        ConfigField(
            attribute.name,
            kind(attribute),
            required: !attribute.isNullable && attribute.defaultValue == nil,
            default: attribute.defaultValue,
            label: attribute.label,
            help: attribute.help
        )
    }

    private static func kind(_ attribute: Attribute) -> ConfigField.Kind {
        switch attribute.type {
        case .text: .text
        case .integer:
            if case .range(let range) = attribute.constraint { .integer(range) } else { .integer(.min ... .max) }
        case .boolean: .boolean
        case .enumeration(let choices): .choice(choices)
        case .json: .json
        case .uuid, .string, .decimal, .timestamp, .bytes: .string
        }
    }
}
