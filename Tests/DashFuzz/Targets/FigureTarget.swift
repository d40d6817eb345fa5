import DashJSON

@testable import DashWeb

/// Figures as pages show them.
struct FigureTarget: FuzzTarget {
    let name = "figures"

    func run(_ input: inout FuzzInput) {
        let number = input.note(input.number())
        let whole = Int64(number) ?? Int64(input.pick([Int.max, .min, 0, -1]))
        _ = (Moment.count(whole), Moment.bytes(whole), Moment.duration(microseconds: whole))
        let value = Double(number) ?? 0
        for decimals in [nil, 0, 10, Int.max, .min, -1] { _ = WidgetFigure.text(value, decimals: decimals) }
        if let json = try? JSONValue(parsing: input.json()) { _ = WidgetFigure.text(json, type: "time") }
        if let position = try? JSONValue(parsing: input.filled(#"{"x":{n},"y":{n},"w":{n},"h":{n}}"#)) {
            let place = WidgetPlaces.Place(position)
            _ = (place.overlaps(place), DashboardStylesheet.css(of: DashboardStylesheet.address(of: [place])))
        }
    }
}
