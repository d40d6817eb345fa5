import DashModel
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that is written under a passing name and renamed when all of it is on the disk.
struct ObjectFile: Sendable {
    private let path: String
    private let descriptor: Int32

    init(creatingIn folder: String) throws {
        try Self.makeFolder(folder)
        path = folder + "/" + UUID().uuidString
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError.last }
    }

    func write(_ bytes: [UInt8]) throws { try OpenFile(descriptor: descriptor).write(bytes) }

    /// Makes the file durable, then its name.
    func commit(to target: String, below root: String) throws {
        guard fsync(descriptor) == 0 else { throw FileError.last }
        let folder = (target as NSString).deletingLastPathComponent
        try Self.makeFolder(folder)
        guard rename(path, target) == 0 else { throw FileError.last }
        close(descriptor)
        var parent = folder
        while parent.hasPrefix(root) {
            try Self.sync(parent)
            guard parent != root else { break }
            parent = (parent as NSString).deletingLastPathComponent
        }
    }

    /// After a failure; what became of it matters no more.
    func discard() {
        if unlink(path) == 0 { close(descriptor) }
    }

    /// nil when there is no such file.
    static func read(_ path: String, _ range: Range<Int64>) throws -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw FileError.last
        }
        defer { close(file) }
        return try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            while count < buffer.count {
                let place = off_t(range.lowerBound) + off_t(count)
                let found = pread(file, buffer.baseAddress.map { $0 + count }, buffer.count - count, place)
                if found < 0, errno == EINTR { continue }
                guard found >= 0 else { throw FileError.last }
                guard found > 0 else { break }
                count += found
            }
        }
    }

    static func facts(_ path: String) throws -> (size: Int64, modifiedAt: Timestamp)? {
        var info = stat()
        guard stat(path, &info) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw FileError.last
        }
        guard info.st_mode & S_IFMT == S_IFREG else { return nil }
        #if canImport(Glibc)
            let time = info.st_mtim
        #else
            let time = info.st_mtimespec
        #endif
        let microseconds = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
        return (Int64(info.st_size), Timestamp(microseconds: microseconds))
    }

    static func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR else { throw FileError.last }
    }

    private static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw FileError(description: "the folder can't be made")
        }
    }

    private static func sync(_ folder: String) throws {
        let file = open(folder, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw FileError.last }
        defer { close(file) }
        guard fsync(file) == 0 else { throw FileError.last }
    }
}
