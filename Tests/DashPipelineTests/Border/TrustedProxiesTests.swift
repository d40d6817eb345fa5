import DashModel
import Testing

@testable import DashPipeline

@Suite struct TrustedProxiesTests {
    private let proxies = TrustedProxies(["10.0.0.0/8", "fd00::/8"].compactMap { AddressRange($0) })

    @Test(
        arguments: [
            ("203.0.113.9", nil, "1.2.3.4", "203.0.113.9"),
            ("10.0.0.1", nil, "1.2.3.4", "1.2.3.4"),
            ("10.0.0.1", nil, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
            ("10.0.0.1", nil, "6.6.6.6, 1.2.3.4, 10.0.0.7", "1.2.3.4"),
            ("10.0.0.1", nil, nil, "10.0.0.1"),
            ("10.0.0.1", nil, "10.0.0.9", "10.0.0.9"),
            ("10.0.0.1", nil, "1.2.3.4, unknown", "10.0.0.1"),
            ("10.0.0.1", nil, "1.2.3.4:5678", "1.2.3.4"),
            ("::ffff:10.0.0.1", nil, "1.2.3.4", "1.2.3.4"),
            ("10.0.0.1", "for=192.0.2.60;proto=http;by=203.0.113.43", "1.2.3.4", "192.0.2.60"),
            ("10.0.0.1", "for=6.6.6.6, proto=https; For=\"[2001:db8::17]:4711\"", nil, "2001:db8::17"),
            ("10.0.0.1", "for=_hidden", "1.2.3.4", "10.0.0.1"),
            ("fd00::1", nil, "2001:db8::1", "2001:db8::1"),
            ("127.0.0.1", nil, "1.2.3.4", "127.0.0.1"),
        ] as [(String, String?, String?, String)]
    )
    func takesTheLastThatIsNoProxy(peer: String, forwarded: String?, forwardedFor: String?, client: String) {
        #expect(proxies.client(peer: peer, forwarded: forwarded, forwardedFor: forwardedFor) == client)
    }

    @Test func believesAProxyOnThisMachineUnlessOthersAreNamed() {
        #expect(TrustedProxies().client(peer: "127.0.0.1", forwarded: nil, forwardedFor: "1.2.3.4") == "1.2.3.4")
        #expect(TrustedProxies([]).client(peer: "127.0.0.1", forwarded: nil, forwardedFor: "1.2.3.4") == "127.0.0.1")
    }

    @Test func anIPv6LineIsOneHolder() {
        let one = IPAddress(text: "2001:db8:1:2::5")?.block
        #expect(one == IPAddress(text: "2001:db8:1:2:ffff::")?.block)
        #expect(one != IPAddress(text: "2001:db8:1:3::5")?.block)
        #expect(IPAddress(text: "1.2.3.4")?.block.text == "1.2.3.4")
    }
}
