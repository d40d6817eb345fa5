import DashJSON
import DashModel
import FoundationEssentials

@testable import DashAPI

/// Documents of REST requests, and the checks of their attributes.
struct DocumentTarget: FuzzTarget {
    let name = "documents"

    func run(_ input: inout FuzzInput) {
        let resource = input.pick(Resources.all)
        let attributes = (0..<input.int(0...5)).map { _ in
            let name = resource.attributes.isEmpty ? "a" : input.pick(resource.attributes).documentName
            return "\"\(name)\":\(input.json(2))"
        }
        let text = #"{"data":{"type":"\#(resource.name)","attributes":{\#(attributes.joined(separator: ","))}}}"#
        let bytes = input.note(Array(input.perhapsMutated(text).utf8))
        _ = try? RequestDocument(bytes, of: resource, updating: input.isOne(in: 2) ? UUID() : nil)
        let check = AttributeCheck(resource)
        for attribute in resource.attributes {
            guard let value = try? JSONValue(parsing: input.json(2)) else { continue }
            if check.issues(for: attribute.name, value).isEmpty { _ = check.normalized(attribute.name, value) }
        }
    }
}
