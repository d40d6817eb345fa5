import CLibpq
import DashStorage
import Glibc

/// The blocking part: everything that waits for the socket does it here.
extension PostgresConnection {
    func check(_ isSent: Int32) throws {
        guard isSent != 1 else { return }
        throw lost()
    }

    /// Pushes what libpq holds to the server, reading meanwhile so that neither side waits for the other.
    func flush() throws {
        while true {
            switch PQflush(handle) {
            case 0: return
            case 1:
                try wait(for: POLLIN | POLLOUT)
                if PQconsumeInput(handle) != 1 { throw lost() }
            default: throw lost()
            }
        }
    }

    /// libpq's next result; nil at the end of a command's results.
    func next() throws -> OpaquePointer? {
        while PQisBusy(handle) != 0 {
            try wait(for: POLLIN)
            if PQconsumeInput(handle) != 1 { throw lost() }
        }
        return PQgetResult(handle)
    }

    /// Waits a while for the socket; may return although nothing came, as what TLS has read already never shows there.
    /// After the deadline or an interruption the server is asked to end what runs.
    private func wait(for events: Int32) throws {
        if let cancellation {
            // The server did not heed the cancellation either: it is gone, or stands still.
            if .now - cancellation.started > Self.patience { throw lost("the server does not answer") }
        } else if interruption.isInterrupted || deadline.map({ .now > $0 }) == true {
            guard let cancellation = Cancellation(of: handle) else { throw lost() }
            self.cancellation = cancellation
        }
        var socket = pollfd(fd: PQsocket(handle), events: Int16(truncatingIfNeeded: events), revents: 0)
        if poll(&socket, 1, Self.slice) < 0, errno != EINTR { throw lost() }
    }

    /// How often a waiting connection looks whether it shall stop, in milliseconds.
    private static var slice: Int32 { 50 }

    /// Nothing runs any more; what was asked to end must not end what comes next.
    func endCancellation() throws {
        guard let cancellation else { return }
        self.cancellation = nil
        guard cancellation.settle(within: Self.patience) else { throw lost("the server does not answer") }
    }
}
