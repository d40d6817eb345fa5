/// A key as 128 bits that depend on the process: two keys have the same ones as good as never, and nobody can choose
/// keys that do.
struct KeyPrint: Hashable, Sendable {
    private let high: Int
    private let low: Int

    init(_ key: UnsafeRawBufferPointer) {
        var first = Hasher()
        first.combine(bytes: key)
        high = first.finalize()
        var second = Hasher()
        second.combine(UInt8(1))
        second.combine(bytes: key)
        low = second.finalize()
    }
}
