import DashModel
import Glibc

/// The right to be the only program that serves or copies an embedded database: a lock on a file beside it, which the
/// system takes back however the program ends.
final class InstallationLock: Sendable {
    private let descriptor: Int32

    init(database path: String) throws(DashError) {
        let lockPath = path + ".lock"
        descriptor = open(lockPath, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw DashError(
                .unavailable,
                "The lock file \(lockPath) can't be opened: \(String(cString: strerror(errno)))."
            )
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw DashError(
                .conflict,
                "The database \(path) is in use by another dashd that serves or copies it; stop that one first."
            )
        }
    }

    deinit { close(descriptor) }
}
