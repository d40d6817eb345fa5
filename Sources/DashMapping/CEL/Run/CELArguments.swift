/// A call's arguments, views resolved; the receiver is the first.
struct CELArguments {
    var count: Int
    var first: CELValue = .null
    var second: CELValue = .null
    var third: CELValue = .null
    var fourth: CELValue = .null

    var all: [CELValue] { Array([first, second, third, fourth].prefix(count)) }
}
