/// Asks again and again until it is true; false when it does not become so in half a minute.
func eventually(_ isTrue: () async -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < end {
        if await isTrue() { return true }
        await Task.yield()
    }
    return await isTrue()
}
