/// Asks again and again until it is true; false when it does not become so in a minute.
func eventually(_ isTrue: () async -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
        if await isTrue() { return true }
        try? await ContinuousClock().sleep(for: .milliseconds(2))
    }
    return await isTrue()
}
