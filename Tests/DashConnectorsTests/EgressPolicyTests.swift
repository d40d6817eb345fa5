import DashModel
import Testing

@testable import DashConnectors

@Suite struct EgressPolicyTests {
    @Test(arguments: [
        "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "fe80::1", "fd00::1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "198.18.0.1", "192.0.0.1",
    ])
    func refusesWhatIsNotPublic(address: String) throws {
        let address = try #require(IPAddress(text: address))
        #expect(throws: DashError.self) { try EgressPolicy().check([address], host: "api.example.org") }
    }

    @Test(arguments: ["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8"])
    func allowsPublicAddresses(address: String) throws {
        try EgressPolicy().check([try #require(IPAddress(text: address))], host: "api.example.org")
    }

    @Test func allowsWhatTheOperatorLists() throws {
        let policy = EgressPolicy(allowing: [
            try #require(AddressRange("127.0.0.0/8")), try #require(AddressRange("fd00::/8")),
        ])
        try policy.check(
            ["127.0.0.1", "::ffff:127.0.0.1", "fd00::5"].compactMap { IPAddress(text: $0) },
            host: "local"
        )
        #expect(throws: DashError.self) {
            try policy.check(["127.0.0.1", "10.0.0.1"].compactMap { IPAddress(text: $0) }, host: "mixed")
        }
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0", "host/8", "1.2.3.4/x", "", "::/129", "1.2.3.4/8/8"])
    func refusesWhatIsNoRange(text: String) { #expect(AddressRange(text) == nil) }

    @Test func rangesEndWithinABytesBits() throws {
        let range = try #require(AddressRange("10.32.0.0/11"))
        #expect(range.contains(try #require(IPAddress(text: "10.63.255.255"))))
        #expect(!range.contains(try #require(IPAddress(text: "10.64.0.0"))))
        #expect(try #require(AddressRange("0.0.0.0/0")).contains(try #require(IPAddress(text: "9.9.9.9"))))
    }
}
