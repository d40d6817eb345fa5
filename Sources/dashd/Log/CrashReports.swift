import Glibc

/// A crash must be short and leave its trace in the log. By default the runtime looks every address up in the program's
/// debug information first, and the process lingers for as long as that takes. It reads its settings before any of our
/// code runs, so the process takes its own place once, with ours.
enum CrashReports {
    static let variable = "SWIFT_BACKTRACE"
    /// Addresses as they are, of the thread that crashed, and the images they lie in.
    static let settings =
        "enable=yes,symbolicate=off,threads=crashed,registers=none,images=mentioned,interactive=no,color=no,output-to=stderr"

    /// Returns where the settings are there already, or the process can't take its own place: crashes are reported as the
    /// runtime sees fit then.
    static func makeShort() {
        guard getenv(variable) == nil, setenv(variable, settings, 0) == 0 else { return }
        let room = Int(PATH_MAX)
        var path = [CChar](repeating: 0, count: room + 1)
        guard readlink("/proc/self/exe", &path, room) > 0 else { return }
        execv(path, CommandLine.unsafeArgv)
    }
}
