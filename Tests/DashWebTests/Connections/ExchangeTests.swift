import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import DashWeb

@Suite("The end of a connection, and the word before a body")
struct ExchangeTests {
    private static let expecting = "POST /i HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n"

    private static func invite(_ pipe: GuardedPipe) {
        pipe.channel.pipeline.triggerUserOutboundEvent(RequestGuard.BodyWanted(), promise: nil)
    }

    @Test("100 Continue goes out when somebody wants the body, once")
    func continues() throws {
        let pipe = try GuardedPipe()
        try pipe.send(Self.expecting)
        // It is the server that is waited for.
        pipe.wait(.seconds(3_600))
        #expect(pipe.isOpen)
        #expect(try pipe.heard() == "")
        Self.invite(pipe)
        Self.invite(pipe)
        #expect(try pipe.heard() == "HTTP/1.1 100 Continue\r\n\r\n")
        try pipe.send("12345")
        pipe.answer(.accepted)
        let answer = try pipe.heard()
        #expect(answer.hasPrefix("HTTP/1.1 202"))
        #expect(!answer.contains("connection: close"))
        #expect(pipe.isOpen)
    }

    @Test("after 100 Continue the body has its time, and no more")
    func invitedBody() throws {
        let pipe = try GuardedPipe()
        try pipe.send(Self.expecting)
        Self.invite(pipe)
        _ = try pipe.heard()
        pipe.wait(.seconds(31))
        #expect(!pipe.isOpen)
        #expect(try pipe.heard().hasPrefix("HTTP/1.1 408"))
    }

    @Test("a final answer instead of it ends the connection, as the body may come or not")
    func refused() throws {
        let pipe = try GuardedPipe()
        try pipe.send(Self.expecting)
        pipe.answer(.unauthorized)
        let answer = try pipe.heard()
        #expect(answer.hasPrefix("HTTP/1.1 401"))
        #expect(answer.contains("connection: close"))
        #expect(!pipe.isOpen)
    }

    @Test("a client that does not wait for the word, and one of before 1.1, get none")
    func noWord() throws {
        let pipe = try GuardedPipe()
        try pipe.send(Self.expecting + "12")
        Self.invite(pipe)
        #expect(try pipe.heard() == "")
        let old = try GuardedPipe()
        try old.send("POST /i HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        Self.invite(old)
        #expect(try old.heard() == "")
    }

    @Test(
        "a small rest of a refused body is read, a large or unknown one ends the connection",
        arguments: [
            ("Content-Length: 1000", true), ("Content-Length: 1000000", false), ("Transfer-Encoding: chunked", false),
        ]
    )
    func unreadBody(header: String, staysOpen: Bool) throws {
        let pipe = try GuardedPipe()
        try pipe.send("POST /i HTTP/1.1\r\nHost: x\r\n\(header)\r\n\r\n")
        pipe.answer(.notFound)
        let answer = try pipe.heard()
        #expect(answer.hasPrefix("HTTP/1.1 404"))
        #expect(answer.contains("connection: close") != staysOpen)
        #expect(pipe.isOpen == staysOpen)
    }

    @Test(
        "a client that wants the connection closed, in whatever spelling, or is of before 1.1, has it closed",
        arguments: [
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: te, close\r\n\r\n",
            "GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        ]
    )
    func closes(request: String) throws {
        let pipe = try GuardedPipe()
        try pipe.send(request)
        pipe.answer()
        #expect(try pipe.heard().contains("connection: close"))
        #expect(!pipe.isOpen)
    }

    @Test("an answer without a length is chunked for who knows that, and ends with the connection for others")
    func chunks() throws {
        let (new, old) = (try GuardedPipe(), try GuardedPipe())
        try new.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        try old.send("GET / HTTP/1.0\r\n\r\n")
        new.answer(.ok, [:], "{}")
        old.answer(.ok, [:], "{}")
        #expect(try new.heard().contains("transfer-encoding: chunked"))
        let heard = try old.heard()
        #expect(heard.hasPrefix("HTTP/1.0 200 OK\r\n"))
        #expect(!heard.contains("chunked"))
        #expect(heard.hasSuffix("\r\n\r\n{}"))
    }

    @Test("requests one after another without waiting are answered one after another")
    func pipelined() throws {
        let pipe = try GuardedPipe()
        let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        try pipe.send(request + request)
        try pipe.send("GET /")
        pipe.wait(.seconds(60))
        #expect(pipe.isOpen, "while it is the server's turn, nobody is slow")
        pipe.answer()
        pipe.answer()
        #expect(pipe.isOpen)
        #expect(try pipe.heard().ranges(of: "200 OK").count == 2)
        pipe.wait(.seconds(11))
        #expect(!pipe.isOpen, "the third has had its ten seconds")
    }
}
