import DashModel
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that grows by deliveries. A note beside it names the delivery that is being written and where it starts, so
/// that a delivery that is tried again after a crash replaces its own half-written lines instead of repeating them.
struct AppendedFile: Sendable {
    let path: String

    private var notePath: String { path + ".delivery" }

    func append(_ bytes: [UInt8], delivery: UUID) throws {
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw FileError.last }
        defer { close(file) }
        guard flock(file, LOCK_EX) == 0 else { throw FileError.last }
        let end = lseek(file, 0, SEEK_END)
        guard end >= 0 else { throw FileError.last }
        let start = min(Int64(end), resumed(delivery, length: Int64(bytes.count), end: Int64(end)) ?? Int64(end))
        if start < end { guard ftruncate(file, off_t(start)) == 0 else { throw FileError.last } }
        try note(delivery, start: start)
        guard lseek(file, off_t(start), SEEK_SET) == off_t(start) else { throw FileError.last }
        try write(bytes, to: file)
        guard fsync(file) == 0 else { throw FileError.last }
    }

    /// Where the same delivery started before, if nothing but it stands behind that place.
    private func resumed(_ delivery: UUID, length: Int64, end: Int64) -> Int64? {
        guard let data = FileManager.default.contents(atPath: notePath) else { return nil }
        let parts = String(decoding: data, as: UTF8.self).split(separator: " ")
        guard parts.count == 2, parts[0] == delivery.text, let start = Int64(parts[1]), start <= end,
            end <= start + length
        else { return nil }
        return start
    }

    private func note(_ delivery: UUID, start: Int64) throws {
        let file = open(notePath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw FileError.last }
        defer { close(file) }
        try write(Array("\(delivery.text) \(start)".utf8), to: file)
        guard fsync(file) == 0 else { throw FileError.last }
    }

    private func write(_ bytes: [UInt8], to file: Int32) throws {
        try bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let slice = UnsafeRawBufferPointer(rebasing: rest)
                #if canImport(Glibc)
                    let written = Glibc.write(file, slice.baseAddress, slice.count)
                #else
                    let written = Darwin.write(file, slice.baseAddress, slice.count)
                #endif
                if written < 0 {
                    if errno == EINTR { continue }
                    throw FileError.last
                }
                rest = rest.dropFirst(written)
            }
        }
    }
}
