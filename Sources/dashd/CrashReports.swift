#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Sees to it that a crash is short and told in the log.
enum CrashReports {
    private static let variable = "SWIFT_BACKTRACE"

    /// Only the thread that crashed, and no questions: a report of all threads with all their images takes minutes, in
    /// which the process neither works nor ends.
    private static let settings =
        "enable=yes,interactive=no,color=no,threads=crashed,limit=64,images=none,registers=none,sanitize=no"

    /// The runtime reads its settings once, before anything of ours runs. So the process takes its own place, the same id
    /// and arguments, with the variable set; one that is set already is left as it is.
    static func turnOn() {
        #if os(Linux)
            guard getenv(variable) == nil, setenv(variable, settings, 1) == 0 else { return }
            // By its own name, which is what process lists show.
            let longest = Int(PATH_MAX)
            var path = [CChar](repeating: 0, count: longest)
            guard readlink("/proc/self/exe", &path, longest - 1) > 0 else { return }
            // Where this fails the server starts without.
            execv(path, CommandLine.unsafeArgv)
        #endif
    }
}
