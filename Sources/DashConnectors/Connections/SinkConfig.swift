import DashJSON
import DashModel

/// Reads a sink's config, or that of a source which speaks with the same kind of server, and gathers what is wrong with it.
struct SinkConfig {
    private let values: JSONValue
    private let pointer: String
    private(set) var issues: [DashError.Issue] = []

    /// `pointer`: where the config lies in its resource.
    init(_ values: JSONValue, at pointer: String = "/sink_config") {
        self.values = values
        self.pointer = pointer
    }

    subscript(_ name: String) -> JSONValue? { values[name] }

    /// The setting without white space around it; the default when it is empty.
    func text(_ name: String, default fallback: String = "") -> String {
        let text = values[name]?.stringValue?.trimmingPrefix(while: \.isWhitespace) ?? ""
        let trimmed = String(text.reversed().drop(while: \.isWhitespace).reversed())
        return trimmed.isEmpty ? fallback : trimmed
    }

    /// As it was typed, for passwords.
    func secret(_ name: String) -> String { values[name]?.stringValue ?? "" }

    func int(_ name: String, default fallback: Int) -> Int { values[name]?.intValue ?? fallback }
    func bool(_ name: String, default fallback: Bool = false) -> Bool { values[name]?.boolValue ?? fallback }

    /// The parts of a text between commas or white space.
    func list(_ name: String) -> [String] {
        text(name).split { $0 == "," || $0.isWhitespace }.map(String.init)
    }

    func texts(_ name: String) -> [(key: String, value: String)] {
        (values[name]?.objectValue?.members ?? []).map { ($0.key, $0.value.stringValue ?? "") }
    }

    /// A host name or an address, not an URL.
    mutating func host(_ name: String = "host") -> String {
        let host = text(name)
        let isHost = !host.isEmpty && host.utf8.count <= 253 && host.utf8.allSatisfy(Self.isHostByte)
        if !isHost { report(name, "must be a host name or an IP address, without a scheme or a port") }
        return host
    }

    mutating func report(_ name: String, _ message: String) {
        issues.append(.init(pointer: "\(pointer)/\(name)", message: message))
    }

    /// Throws `DashError` `.invalid` with everything that was reported.
    func check() throws {
        guard !issues.isEmpty else { return }
        let whose = pointer == "/sink_config" ? "sink" : "source"
        throw DashError(.invalid, "The \(whose)'s settings are not right.", issues: issues)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: ":"):
            true
        default: false
        }
    }
}
