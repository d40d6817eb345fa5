import DashJSON
import DashModel

/// Where a dashboard's widgets are on its 24 columns.
struct WidgetPlaces: Sendable {
    struct Place: Sendable, Hashable {
        var x: Int
        var y: Int
        var w: Int
        var h: Int

        init(x: Int, y: Int, w: Int, h: Int) {
            (self.x, self.y, self.w, self.h) = (x, y, w, h)
        }

        /// Reads `{"x","y","w","h"}`; what is missing or out of bounds is brought back onto the dashboard.
        init(_ json: JSONValue) {
            let w = min(max(json["w"]?.intValue ?? 8, 1), WidgetPlaces.columns)
            self.init(
                x: min(max(json["x"]?.intValue ?? 0, 0), WidgetPlaces.columns - w),
                y: min(max(json["y"]?.intValue ?? 0, 0), WidgetPlaces.rows),
                w: w,
                h: min(max(json["h"]?.intValue ?? 4, 1), 100)
            )
        }

        var json: JSONValue {
            [
                "x": .number(JSONNumber(x)), "y": .number(JSONNumber(y)), "w": .number(JSONNumber(w)),
                "h": .number(JSONNumber(h)),
            ]
        }

        func overlaps(_ other: Place) -> Bool {
            x < other.x + other.w && other.x < x + w && y < other.y + other.h && other.y < y + h
        }

        /// As people read a page: rows first.
        func isBefore(_ other: Place) -> Bool { (y, x) < (other.y, other.x) }
    }

    static let columns = 24
    static let rows = 10_000

    /// The other widgets, with the titles that a message names them by.
    private let taken: [(title: String, place: Place)]

    init(_ widgets: [ResourceRow]) {
        taken = widgets.map { (WidgetForm.title(of: $0), Place($0["position"])) }
    }

    /// The highest, then leftmost place that is free for the size.
    func free(w: Int, h: Int) -> Place {
        let bottom = taken.map { $0.place.y + $0.place.h }.max() ?? 0
        // A free place starts at the top, or right below something.
        let starts = Set([0] + taken.map { $0.place.y + $0.place.h }).sorted()
        for y in starts where y < bottom {
            for x in 0...(Self.columns - w) {
                let place = Place(x: x, y: y, w: w, h: h)
                if !taken.contains(where: { $0.place.overlaps(place) }) { return place }
            }
        }
        return Place(x: 0, y: bottom, w: w, h: h)
    }

    /// What is wrong with a place, by the form's fields.
    func issues(_ place: Place) -> [DashError.Issue] {
        guard let other = taken.first(where: { $0.place.overlaps(place) }) else { return [] }
        let next = free(w: place.w, h: place.h)
        let message = "overlaps “\(other.title)”; column \(next.x), row \(next.y) is free for this size"
        return [.init(pointer: "/position", message: message)]
    }
}
