import Foundation

/// The number of the case at hand, in a file that outlives the process which writes it.
final class FuzzProgress {
    private let number: UnsafeMutablePointer<UInt64>

    init(path: String) throws {
        let file = open(path, O_RDWR | O_CREAT, 0o600)
        guard file >= 0, ftruncate(file, 8) == 0 else { throw CocoaError(.fileWriteUnknown) }
        defer { close(file) }
        guard let memory = mmap(nil, 8, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), memory != MAP_FAILED else {
            throw CocoaError(.fileWriteUnknown)
        }
        number = memory.bindMemory(to: UInt64.self, capacity: 1)
    }

    deinit { munmap(number, 8) }

    var current: UInt64 {
        get { number.pointee }
        set { number.pointee = newValue }
    }
}
