import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the system said to a file operation.
struct FileError: Error, CustomStringConvertible {
    let description: String

    /// The thread's last error.
    static var last: FileError { FileError(description: String(cString: strerror(errno))) }
}
