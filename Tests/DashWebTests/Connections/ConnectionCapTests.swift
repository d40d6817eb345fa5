import DashPipeline
import NIOCore
import NIOEmbedded
import Testing

@testable import DashWeb

@Suite("How many connections there may be")
struct ConnectionCapTests {
    private static func limits(all: Int = 100, address: Int = 100) -> BorderLimits {
        var limits = BorderLimits()
        limits.connections = all
        limits.addressConnections = address
        return limits
    }

    @Test("of one address, who is told when to come again; others are not concerned, and a place that is left is free")
    func byAddress() throws {
        let first = try GuardedPipe(limits: Self.limits(address: 2))
        let second = try GuardedPipe(border: first.border)
        let third = try GuardedPipe(border: first.border)
        let answer = try third.heard()
        #expect(answer.hasPrefix("HTTP/1.1 429 Too Many Requests\r\n"))
        #expect(answer.contains("Retry-After: 10\r\n"))
        #expect(answer.contains("This address has 2 connections open"))
        #expect(!third.isOpen)
        let other = try GuardedPipe(border: first.border, from: "203.0.113.8")
        #expect(other.isOpen)
        try second.channel.close().wait()
        let fourth = try GuardedPipe(border: first.border)
        #expect(fourth.isOpen)
        #expect(first.isOpen)
    }

    @Test("of IPv6 a whole line counts as one address")
    func byLine() throws {
        let first = try GuardedPipe(limits: Self.limits(address: 1), from: "2001:db8:1:2::1")
        #expect(try !GuardedPipe(border: first.border, from: "2001:db8:1:2:ffff::9").isOpen)
        #expect(try GuardedPipe(border: first.border, from: "2001:db8:1:3::1").isOpen)
    }

    @Test("a trusted proxy stands for many and has no cap of its own")
    func proxies() throws {
        let first = try GuardedPipe(limits: Self.limits(address: 1), proxies: TrustedProxies(), from: "127.0.0.1")
        let second = try GuardedPipe(border: first.border, proxies: TrustedProxies(), from: "127.0.0.1")
        #expect(first.isOpen)
        #expect(second.isOpen)
    }

    @Test("of all together, proxies' too, with another answer")
    func all() throws {
        let first = try GuardedPipe(limits: Self.limits(all: 1))
        let second = try GuardedPipe(border: first.border, proxies: TrustedProxies(), from: "127.0.0.1")
        let answer = try second.heard()
        #expect(answer.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
        #expect(answer.contains("Retry-After: 10\r\n"))
        #expect(!second.isOpen)
        #expect(first.metrics.render().contains("dash_connections 1.0\n"))
    }

    @Test("what was set for how many files may be open leaves room for them")
    func room() {
        let room = BorderLimits().connections
        #expect((64...25_000).contains(room))
    }
}
