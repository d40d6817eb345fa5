import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import DashWeb

@Suite("The time that a connection may take")
struct ConnectionTimeTests {
    @Test("a silent one is closed after ten seconds, without a word")
    func silent() throws {
        let pipe = try GuardedPipe()
        pipe.wait(.seconds(9.9))
        #expect(pipe.isOpen)
        pipe.wait(.seconds(0.2))
        #expect(!pipe.isOpen)
        #expect(try pipe.heard() == "")
        #expect(pipe.timedOut(for: "head"))
    }

    @Test("a head that drips has ten seconds as a whole, and its sender is told")
    func drippingHead() throws {
        let pipe = try GuardedPipe()
        for byte in "POST /i" {
            try pipe.send(String(byte))
            pipe.wait(.seconds(1.4))
        }
        pipe.wait(.seconds(0.1))
        #expect(pipe.isOpen, "9.9 s have gone")
        pipe.wait(.seconds(0.2))
        #expect(!pipe.isOpen)
        let heard = try pipe.heard()
        #expect(heard.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        #expect(heard.contains("connection: close\r\n"))
        #expect(heard.contains("application/problem+json"))
        #expect(pipe.timedOut(for: "head"))
    }

    @Test("between requests there is more time, but not for a head that has begun")
    func keepAlive() throws {
        let pipe = try GuardedPipe()
        pipe.wait(.seconds(5))
        for _ in 0..<3 {
            try pipe.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            // Whoever answers has all the time it needs.
            pipe.wait(.seconds(3_600))
            #expect(pipe.isOpen)
            pipe.answer()
            #expect(try pipe.heard().hasPrefix("HTTP/1.1 200 OK\r\n"))
            pipe.wait(.seconds(74))
            #expect(pipe.isOpen)
        }
        try pipe.send("GET / HT")
        pipe.wait(.seconds(9))
        #expect(pipe.isOpen)
        pipe.wait(.seconds(1.1))
        #expect(!pipe.isOpen)
        #expect(try pipe.heard().hasPrefix("HTTP/1.1 408"))
    }

    @Test("nothing for 75 s after an answer closes it")
    func idle() throws {
        let pipe = try GuardedPipe()
        try pipe.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        pipe.answer()
        _ = try pipe.heard()
        pipe.wait(.seconds(74.9))
        #expect(pipe.isOpen)
        pipe.wait(.seconds(0.2))
        #expect(!pipe.isOpen)
        #expect(try pipe.heard() == "")
        #expect(pipe.timedOut(for: "idle"))
    }

    /// A request as it may come, each followed by the beginning of another, or by nothing.
    private static let requests = [
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /i HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde",
        "POST /i HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n\r\n\r\n\r\n\r\n",
        "POST /i HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "POST /i HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n\r\n\r\n0\r\nA: b\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /i HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
    ]

    @Test("a head that began with the request before it has a head's time", arguments: requests)
    func pipelinedHead(request: String) throws {
        for rest in ["G", "GET / HTTP/1.1\r\n"] {
            // In one piece, and cut in two at every place.
            for cut in 0..<(request + rest).utf8.count {
                let pipe = try GuardedPipe()
                try pipe.send(in: request + rest, cutAt: cut)
                try pipe.answerAll()
                pipe.wait(.seconds(9.9))
                #expect(pipe.isOpen, "\(rest) cut at \(cut)")
                pipe.wait(.seconds(0.2))
                #expect(!pipe.isOpen, "\(rest) cut at \(cut)")
                #expect(try pipe.heard().hasPrefix("HTTP/1.1 408"))
                #expect(pipe.timedOut(for: "head"))
            }
        }
    }

    @Test("a request that nothing follows leaves the time between requests, however it came", arguments: requests)
    func nothingFollows(request: String) throws {
        for cut in 0..<request.utf8.count {
            let pipe = try GuardedPipe()
            try pipe.send(in: request, cutAt: cut)
            try pipe.answerAll()
            pipe.wait(.seconds(74.9))
            #expect(pipe.isOpen, "cut at \(cut)")
            pipe.wait(.seconds(0.2))
            #expect(!pipe.isOpen, "cut at \(cut)")
            #expect(try pipe.heard() == "")
            #expect(pipe.timedOut(for: "idle"))
        }
    }

    @Test("a large body on a slow line passes, however long it takes")
    func slowLine() throws {
        let pipe = try GuardedPipe()
        let pieces = 2_000
        try pipe.send("POST /i HTTP/1.1\r\nHost: x\r\nContent-Length: \(pieces * 50_000)\r\n\r\n")
        let second = String(repeating: "x", count: 50_000)
        for piece in 0..<pieces {
            pipe.wait(.seconds(1))
            // A hole of 20 s now and then is what lines do.
            if piece % 100 == 50 { pipe.wait(.seconds(20)) }
            try pipe.send(second)
        }
        #expect(pipe.isOpen)
        pipe.answer(.accepted)
        #expect(try pipe.heard().hasPrefix("HTTP/1.1 202"))
        guard case .end? = pipe.parts.last else {
            Issue.record("the body has not come to its end")
            return
        }
    }

    @Test("a body that stands still, or drips, is given up after thirty seconds", arguments: [0, 1, 10, 5_000])
    func drippingBody(bytesEveryTenSeconds: Int) throws {
        let pipe = try GuardedPipe()
        try pipe.send("POST /i HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
        var seconds = 0
        while pipe.isOpen, seconds < 100 {
            pipe.wait(.seconds(10))
            seconds += 10
            try pipe.send(String(repeating: "x", count: bytesEveryTenSeconds))
        }
        #expect(!pipe.isOpen)
        #expect(seconds <= (bytesEveryTenSeconds == 5_000 ? 60 : 40), "half the rate lasts twice as long")
        #expect(try pipe.heard().hasPrefix("HTTP/1.1 408"))
        #expect(pipe.timedOut(for: "body"))
        if case .end? = pipe.parts.last { Issue.record("a body that was given up looks whole") }
    }

    @Test("a body is not to blame while nobody takes it")
    func slowServer() throws {
        let pipe = try GuardedPipe()
        try pipe.send("POST /i HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc", asksOn: false)
        pipe.wait(.seconds(3_600))
        #expect(pipe.isOpen)
        pipe.channel.read()
        pipe.wait(.seconds(29))
        #expect(pipe.isOpen)
        pipe.wait(.seconds(2))
        #expect(!pipe.isOpen)
    }

    @Test("a reader who takes nothing of an answer for a minute is left")
    func stalledReader() throws {
        let pipe = try GuardedPipe()
        try pipe.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["content-length": "1000000"])
        pipe.write(.head(head))
        pipe.write(.body(.byteBuffer(ByteBuffer(repeating: 7, count: 999_999))))
        pipe.channel.isWritable = false
        pipe.channel.pipeline.fireChannelWritabilityChanged()
        pipe.wait(.seconds(59))
        #expect(pipe.isOpen)
        pipe.wait(.seconds(2))
        #expect(!pipe.isOpen)
        #expect(pipe.timedOut(for: "answer"))
    }

    @Test("a reader who takes a little all the time is waited for, at the rate that bodies have")
    func slowReader() {
        var state = ConnectionState(ConnectionTimes(), now: .uptimeNanoseconds(0))
        func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(UInt64(seconds) * 1_000_000_000) }
        state.take(10, at(1))
        state.begin(awaitsWord: false, at(1))
        state.finish(at(1))
        state.hold(1_000_000, of: 1_000_000, at(1))
        state.answered(at(1))
        for second in Int64(2)...900 {
            state.hold(1_000_000 - Int(second) * 1_000, of: 1_000_000, at(second))
            #expect(state.overdue(at(second)) == nil)
        }
        #expect(state.next?.what == .answer)
        state.hold(0, of: 1_000_000, at(901))
        #expect(state.next?.what == .idle, "the next request's time begins when the answer has gone")
        #expect(state.next?.at == at(901 + 75))
    }

    @Test("a live stream may be as slow as it likes, as long as its reader moves")
    func stream() {
        var state = ConnectionState(ConnectionTimes(), now: .uptimeNanoseconds(0))
        func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(UInt64(seconds) * 1_000_000_000) }
        state.begin(awaitsWord: false, at(0))
        state.finish(at(0))
        state.isStream = true
        #expect(state.next == nil, "one that nothing happens on has no end")
        for step in Int64(1)...100 {
            state.hold(10_000, of: 10_000 + Int(step), at(step * 50))
            #expect(state.overdue(at(step * 50)) == nil)
        }
        #expect(state.overdue(at(100 * 50 + 59)) == nil)
        #expect(state.overdue(at(100 * 50 + 60)) == .answer)
    }
}
