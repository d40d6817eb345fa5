/// Parts that one transaction saves.
struct WaitingGroup {
    let number: Int
    let parts: [WaitingPart]
}
