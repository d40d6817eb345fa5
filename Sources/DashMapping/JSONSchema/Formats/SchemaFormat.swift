/// The formats of 2020-12.
enum SchemaFormat: UInt8, Sendable, CaseIterable {
    case dateTime, date, time, duration, email, idnEmail, hostname, idnHostname, ipv4, ipv6, uri, uriReference, iri
    case iriReference, uuid, uriTemplate, jsonPointer, relativeJSONPointer, regex

    /// nil for a name that the standard doesn't know: such a format says nothing.
    init?(name: String) {
        guard let format = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = format
    }

    var name: String {
        switch self {
        case .dateTime: "date-time"
        case .date: "date"
        case .time: "time"
        case .duration: "duration"
        case .email: "email"
        case .idnEmail: "idn-email"
        case .hostname: "hostname"
        case .idnHostname: "idn-hostname"
        case .ipv4: "ipv4"
        case .ipv6: "ipv6"
        case .uri: "uri"
        case .uriReference: "uri-reference"
        case .iri: "iri"
        case .iriReference: "iri-reference"
        case .uuid: "uuid"
        case .uriTemplate: "uri-template"
        case .jsonPointer: "json-pointer"
        case .relativeJSONPointer: "relative-json-pointer"
        case .regex: "regex"
        }
    }

    /// With its article and an example, for messages.
    var phrase: String {
        switch self {
        case .dateTime: "a date-time like 2026-11-21T04:48:52Z"
        case .date: "a date like 2026-11-21"
        case .time: "a time like 04:48:52Z"
        case .duration: "a duration like P3DT12H"
        case .email, .idnEmail: "an e-mail address"
        case .hostname, .idnHostname: "a host name"
        case .ipv4: "an IPv4 address like 192.0.2.1"
        case .ipv6: "an IPv6 address like 2001:db8::1"
        case .uri: "a URI with its scheme, like https://example.org/"
        case .uriReference: "a URI or a relative reference"
        case .iri: "an IRI with its scheme"
        case .iriReference: "an IRI or a relative reference"
        case .uuid: "a UUID"
        case .uriTemplate: "a URI template like /users/{id}"
        case .jsonPointer: "a JSON Pointer like /a/0"
        case .relativeJSONPointer: "a relative JSON Pointer like 1/a"
        case .regex: "a regular expression"
        }
    }

    /// Whether the text, which is UTF-8, has the format.
    func admits(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        switch self {
        case .dateTime: return TimeFormats.isDateTime(text)
        case .date: return TimeFormats.isDate(text[...])
        case .time: return TimeFormats.isTime(text[...])
        case .duration: return TimeFormats.isDuration(text)
        case .ipv4: return NetworkFormats.isIPv4(text[...])
        case .ipv6: return NetworkFormats.isIPv6(text[...])
        case .hostname: return HostnameFormats.isHostname(text[...])
        case .idnHostname: return HostnameFormats.isInternational(String(decoding: text, as: UTF8.self))
        case .email: return EmailFormats.isAddress(text, isInternational: false)
        case .idnEmail: return EmailFormats.isAddress(text, isInternational: true)
        case .uuid: return NetworkFormats.isUUID(text)
        case .uri: return AddressFormats.admits(text, needsScheme: true, isInternational: false)
        case .uriReference: return AddressFormats.admits(text, needsScheme: false, isInternational: false)
        case .iri: return AddressFormats.admits(text, needsScheme: true, isInternational: true)
        case .iriReference: return AddressFormats.admits(text, needsScheme: false, isInternational: true)
        case .uriTemplate: return TemplateFormat.admits(text)
        case .jsonPointer: return PointerFormats.isPointer(text[...])
        case .relativeJSONPointer: return PointerFormats.isRelative(text)
        case .regex: return SchemaPattern.isWellFormed(String(decoding: text, as: UTF8.self))
        }
    }
}
