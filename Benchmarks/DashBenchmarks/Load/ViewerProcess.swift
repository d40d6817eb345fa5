import Foundation
import Glibc

/// Many viewers in a process of their own: `viewers --port P --path X --count N --token T`. It prints `open`, and on each
/// line of its input the bytes that have arrived so far.
enum ViewerProcess {
    static func main(_ arguments: [String]) throws {
        let port = DashBenchmarks.number(after: "--port", in: arguments) ?? 0
        let path = DashBenchmarks.text(after: "--path", in: arguments) ?? "/"
        let count = DashBenchmarks.number(after: "--count", in: arguments) ?? 1_000
        let headers =
            DashBenchmarks.text(after: "--token", in: arguments).map { [("authorization", "Bearer \($0)")] } ?? []
        let streams = try (0..<count).map { _ in try EventStream(port: port, path: path, headers: headers) }
        say("open")

        var waits = streams.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        waits.append(pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0))
        var received = 0
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            poll(&waits, nfds_t(waits.count), -1)
            for index in streams.indices where waits[index].revents != 0 {
                let bytes = recv(waits[index].fd, &buffer, buffer.count, 0)
                guard bytes > 0 else { throw BenchError("a viewer was closed") }
                received += bytes
            }
            if waits[count].revents != 0 {
                guard readLine() != nil else { return }
                say(String(received))
            }
            // Many frames at each look: the viewers shouldn't take the processor that the server needs.
            usleep(2_000)
        }
    }

    private static func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
}
