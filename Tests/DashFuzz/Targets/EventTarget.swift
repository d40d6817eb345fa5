import HTTPTypes

@testable import DashWeb

/// CloudEvents in their three modes.
struct EventTarget: FuzzTarget {
    let name = "events"

    func run(_ input: inout FuzzInput) {
        let event = #"{"specversion":"1.0","id":"{s}","source":"{s}","type":"{q}","time":"{t}","data":{j}}"#
        let events = (0..<input.int(0...3)).map { _ in input.filled(event) }
        let text = input.pick([events.first ?? "", "[" + events.joined(separator: ",") + "]", input.json()])
        var headers = HTTPFields()
        let types = [
            "application/cloudevents+json", "application/cloudevents-batch+json", "application/json", "text/plain",
            "application/cloudevents+avro", "application/cloudevents; charset=x",
        ]
        headers[.contentType] = input.pick(types)
        for attribute in ["specversion", "id", "source", "type", "time", "x"] where input.isOne(in: 2) {
            guard let name = HTTPField.Name("ce-" + attribute) else { continue }
            headers[name] = input.pick(["1.0", input.text(), "%F0%9F%98%80", "%zz", ""])
        }
        let body = input.note(Array(input.perhapsMutated(text).utf8))
        guard let mode = try? CloudEvents.mode(headers) else { return }
        _ = try? CloudEvents.receive(mode, body, headers)
    }
}
