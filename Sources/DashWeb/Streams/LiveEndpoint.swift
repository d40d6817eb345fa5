import DashAPI
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Turns a viewer into a response of server-sent events.
enum LiveEndpoint {
    private static let headers: HTTPFields = [
        .contentType: "text/event-stream; charset=utf-8",
        .cacheControl: "no-store",
        .accelBuffering: "no",
        .xContentTypeOptions: "nosniff",
    ]

    /// What a stream begins with, without the stream.
    static var head: Response {
        Response(status: .ok, headers: headers, body: ResponseBody { try await $0.finish(nil) })
    }

    static func response(_ viewer: LiveViewer, channel: any Channel) -> Response {
        LiveConnection.attach(viewer, to: channel)
        return Response(
            status: .ok,
            headers: headers,
            body: ResponseBody { writer in
                defer {
                    viewer.leave()
                    // A stream that is over takes its connection along, with all that hangs on it.
                    channel.close(promise: nil)
                }
                // The hub ends every stream at a shutdown; a handler here would cost each viewer memory.
                while let buffers = await viewer.next() {
                    if let only = buffers.first, buffers.count == 1 {
                        try await writer.write(only)
                    } else {
                        try await writer.write(contentsOf: buffers)
                    }
                }
                try await writer.finish(nil)
            }
        )
    }
}
