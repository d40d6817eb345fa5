/// A growing run of bytes without the checks of an array, for the innermost loops.
struct ByteBuffer: ~Copyable {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    private var capacity: Int

    /// Bytes behind `count` that may always be overwritten, so that short pieces can be copied in one go.
    private static let slack = 16

    init(capacity: Int) {
        self.capacity = max(capacity, 64)
        base = .allocate(capacity: self.capacity + Self.slack)
    }

    deinit { base.deallocate() }

    @inline(__always)
    var last: UInt8 { count > 0 ? base[count &- 1] : 0 }

    /// Makes room for `extra` more bytes.
    @inline(__always)
    mutating func reserve(_ extra: Int) {
        if count &+ extra > capacity { grow(extra) }
    }

    @inline(never)
    private mutating func grow(_ extra: Int) {
        let wanted = max(capacity * 2, count + extra)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted + Self.slack)
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
        capacity = wanted
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        reserve(1)
        base[count] = byte
        count &+= 1
    }

    @inline(__always)
    mutating func append(_ source: UnsafePointer<UInt8>, _ length: Int) {
        reserve(length)
        (base + count).update(from: source, count: length)
        count &+= length
    }

    /// As `append`, quicker for short pieces; `readable` bytes at `source` can be read.
    @inline(__always)
    mutating func append(_ source: UnsafePointer<UInt8>, _ length: Int, readable: Int) {
        reserve(length)
        if length <= 16, readable >= 16 {
            let piece = UnsafeRawPointer(source).loadUnaligned(as: SIMD16<UInt8>.self)
            UnsafeMutableRawPointer(base + count).storeBytes(of: piece, as: SIMD16<UInt8>.self)
        } else {
            (base + count).update(from: source, count: length)
        }
        count &+= length
    }

    mutating func append(_ source: some Sequence<UInt8>) {
        for byte in source { append(byte) }
    }

    /// Repeats a part of the buffer at its end.
    mutating func appendSelf(_ start: Int, _ length: Int) {
        reserve(length)
        (base + count).update(from: base + start, count: length)
        count += length
    }

    @inline(__always)
    mutating func truncate(to length: Int) { count = min(count, length) }

    /// The bytes as an array of exactly their size.
    func array() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let start = buffer.baseAddress { start.initialize(from: base, count: count) }
            initialized = count
        }
    }
}
