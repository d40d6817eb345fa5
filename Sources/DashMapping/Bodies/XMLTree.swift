import DashJSON

/// What the XML parser's calls build, element by element.
final class XMLTree {
    private struct Element {
        var name: String
        var names: [String] = []
        var values: [[JSONValue]] = []
        var places: [String: Int] = [:]
        var text = ""

        mutating func add(_ name: String, _ value: JSONValue) {
            if let place = places[name] {
                values[place].append(value)
            } else {
                places[name] = names.count
                names.append(name)
                values.append([value])
            }
        }

        var value: JSONValue {
            let text = text.trimmingXMLSpaces
            if names.isEmpty { return .string(text) }
            var members = zip(names, values).map { ($0, $1.count == 1 ? $1[0] : .array($1)) }
            if !text.isEmpty { members.append(("#text", .string(text))) }
            return .object(JSONObject(members))
        }
    }

    private(set) var root: JSONValue?
    /// Why the reading was stopped by us.
    private(set) var refusal: String?
    private var stack: [Element] = []
    private let maxDepth: Int
    private let stop: () -> Void

    init(maxDepth: Int, stop: @escaping () -> Void) {
        self.maxDepth = maxDepth
        self.stop = stop
    }

    func open(_ name: UnsafePointer<CChar>?, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?) {
        guard let name, stack.count < maxDepth else { return refuse("it is nested deeper than \(maxDepth) elements") }
        var element = Element(name: String(cString: name))
        var index = 0
        while let key = attributes?[index], let value = attributes?[index + 1] {
            element.add("@" + String(cString: key), .string(String(cString: value)))
            index += 2
        }
        stack.append(element)
    }

    func append(_ text: UnsafePointer<CChar>?, _ count: Int32) {
        guard let text, !stack.isEmpty else { return }
        let bytes = UnsafeRawBufferPointer(start: text, count: Int(count))
        stack[stack.count - 1].text += String(decoding: bytes, as: UTF8.self)
    }

    func close() {
        guard let element = stack.popLast() else { return }
        if stack.isEmpty {
            root = .object(JSONObject([(element.name, element.value)]))
        } else {
            stack[stack.count - 1].add(element.name, element.value)
        }
    }

    func refuse(_ reason: String) {
        refusal = refusal ?? reason
        stop()
    }
}

extension String {
    /// Without the white space that only lays an XML text out.
    fileprivate var trimmingXMLSpaces: String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0.isNewline }
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else {
            return ""
        }
        return String(self[first...last])
    }
}
