import DashModel
import NIOHTTP1

@testable import DashConnectors
@testable import DashPipeline

/// Headers of answers: links, dates, times to wait; and addresses.
struct HeaderTarget: FuzzTarget {
    let name = "headers"

    func run(_ input: inout FuzzInput) {
        let links = (0..<input.int(0...3)).map { _ in
            "<\(input.pick([input.text(), "/a?page=2", "https://a/b"]))>; rel=\(input.pick(["next", "\"next\"", "\"prev next\"", input.text()]))"
        }
        let link = input.note(input.perhapsMutated(links.joined(separator: ",")))
        _ = LinkHeader.target("next", in: [link, input.text()])
        let now = input.pick([
            Timestamp(seconds: 1_790_000_000), Timestamp(microseconds: .min), Timestamp(microseconds: .max),
        ])
        let wait = input.note(input.pick([input.numberText(), input.timestamp(), input.text()]))
        let headers = HTTPHeaders([("retry-after", wait)])
        let response = OutboundResponse(status: .tooManyRequests, headers: headers, body: [])
        if let pause = response.retryAfter(now: now) { _ = now + pause }
        for text in [input.text(), "https://" + input.text(), "http://a:\(input.numberText())/", "[" + input.text()] {
            let text = input.note(text)
            _ = try? URLTarget(text)
            _ = try? HostName(text)
            _ = IPAddress(text: text)?.text
        }
    }
}
