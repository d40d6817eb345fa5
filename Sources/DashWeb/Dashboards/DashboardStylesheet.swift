import DashAPI
import DashModel
import HTTPTypes
import Hummingbird
import NIOCore

/// The places of a dashboard's widgets as a stylesheet of its own, as pages hold no styles: it follows from its address
/// alone, so that browsers keep it for good and nobody learns anything from it.
enum DashboardStylesheet {
    private static let path = "/layout.css"
    private static let widgetLimit = 1_000

    static func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/layout.css") { request, _ in
            guard let text = FormData.query(of: request)["places"], let css = css(of: text) else {
                throw DashError(.notFound, "There is no such layout.")
            }
            return Response(
                status: .ok,
                headers: [
                    .contentType: "text/css; charset=utf-8",
                    .cacheControl: "public, max-age=31536000, immutable",
                ],
                body: ResponseBody(byteBuffer: ByteBuffer(string: css))
            )
        }
    }

    /// `/layout.css?places=0.0.8.4-8.0.8.4`, in the order of the page.
    static func address(of places: [WidgetPlaces.Place]) -> String {
        path + "?places=" + places.map { "\($0.x).\($0.y).\($0.w).\($0.h)" }.joined(separator: "-")
    }

    /// nil for anything that is not a list of places.
    static func css(of text: String) -> String? {
        let parts = text.split(separator: "-")
        guard parts.count <= widgetLimit else { return nil }
        var rules = ""
        for (index, part) in parts.enumerated() {
            let numbers = part.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
            guard numbers.count == 4, let x = numbers[0], let y = numbers[1], let w = numbers[2], let h = numbers[3],
                (0..<WidgetPlaces.columns).contains(x), (0...WidgetPlaces.rows).contains(y),
                (1...WidgetPlaces.columns).contains(w), (1...100).contains(h)
            else { return nil }
            rules += ".grid > :nth-child(\(index + 1)) { grid-area: \(y + 1) / \(x + 1) / span \(h) / span \(w); }\n"
        }
        return "@media (min-width: 720px) {\n\(rules)}\n"
    }
}
