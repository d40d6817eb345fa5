import DashModel
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that grows by deliveries. A note beside it names the last ones and where they start, so that those that come
/// again after a crash are not repeated, and one that was half written is replaced.
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
        let end = Int64(lseek(file, 0, SEEK_END))
        guard end >= 0 else { throw FileError.last }
        var log = DeliveryLog(text: FileManager.default.contents(atPath: notePath) ?? Data(), end: end)
        guard let start = log.place(of: delivery, length: Int64(bytes.count), end: end) else { return }
        if start < end { guard ftruncate(file, off_t(start)) == 0 else { throw FileError.last } }
        log.note(delivery, start: start)
        try keep(log)
        guard lseek(file, off_t(start), SEEK_SET) == off_t(start) else { throw FileError.last }
        try OpenFile(descriptor: file).write(bytes)
        guard fsync(file) == 0 else { throw FileError.last }
    }

    /// The old note stands until the new one is whole.
    private func keep(_ log: DeliveryLog) throws {
        let newPath = notePath + ".new"
        let file = open(newPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw FileError.last }
        defer { close(file) }
        try OpenFile(descriptor: file).write(Array(log.text.utf8))
        guard fsync(file) == 0, rename(newPath, notePath) == 0 else { throw FileError.last }
    }
}
