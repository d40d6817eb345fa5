import DashModel
import Testing

@testable import DashConnectors

@Suite struct HostNameTests {
    @Test(arguments: [
        ("2130706433", "127.0.0.1"), ("0x7f000001", "127.0.0.1"), ("0X7F.1", "127.0.0.1"),
        ("017700000001", "127.0.0.1"), ("0177.0.0.1", "127.0.0.1"), ("127.1", "127.0.0.1"),
        ("127.0.1", "127.0.0.1"), ("0", "0.0.0.0"), ("127.0.0.1.", "127.0.0.1"), ("134744072", "8.8.8.8"),
        ("0xa9fea9fe", "169.254.169.254"), ("0251.0376.0251.0376", "169.254.169.254"),
        ("0xa9.254.43518", "169.254.169.254"),
    ])
    func refusesHiddenAddressesAndSaysWhichTheyAre(host: String, plain: String) throws {
        let error = #expect(throws: DashError.self) { try HostName(host) }
        #expect(error?.code == .forbidden)
        #expect(error?.message.contains("unusual spelling of the address \(plain)") == true)
    }

    @Test(arguments: [
        "999999999999", "256.256.256.256", "1.2.3.4.5", "api.example.7", "x.0x7f", "08.0.0.1", "fe80::1%eth0", "::1%lo",
        "1::2::3",
    ])
    func refusesWhatLooksLikeAnAddressAndIsNone(host: String) {
        let error = #expect(throws: DashError.self) { try HostName(host) }
        #expect(error?.code == .forbidden)
    }

    @Test(arguments: ["", ".", "a..b", "exa mple.org", "a/b", "bücher.de", "①②⑦.0.0.1", "a@b", "a\u{0}b", "a\nb"])
    func refusesWhatIsNoHost(host: String) {
        #expect(throws: DashError.self) { try HostName(host) }
    }

    @Test(arguments: [
        "api.example.org", "API.Example.ORG.", "xn--bcher-kva.de", "_srv.example.org", "localhost", "7up.example",
        "a-b",
        "0x7f.example.org", "1.2.3.4.example.com",
    ])
    func takesNames(host: String) throws {
        let name = try HostName(host)
        #expect(name.text == host.lowercased())
        #expect(name.address == nil)
    }

    @Test(arguments: [
        ("1.2.3.4", "1.2.3.4"), ("[::1]", "::1"), ("2001:DB8::0:1", "2001:db8::1"), ("::ffff:1.2.3.4", "1.2.3.4"),
    ])
    func takesAddressesInTheirUsualForm(host: String, text: String) throws {
        #expect(try HostName(host).address?.text == text)
    }
}
