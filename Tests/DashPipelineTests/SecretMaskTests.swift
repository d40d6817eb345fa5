import DashJSON
import DashModel
import TestSupport
import Testing

@testable import DashPipeline

/// Secrets by place: what of headers, parameters, bodies and addresses is shown.
@Suite struct SecretMaskTests {
    private let fields = [
        ConfigField("url", .url), ConfigField("headers", .headers), ConfigField("query", .parameters),
        ConfigField("body", .body), ConfigField("variables", .json),
    ]

    @Test(arguments: [
        ("https://a.test/v1/readings?limit=5", "https://a.test/v1/readings?limit=5"),
        ("https://user:pw@a.test/", "https://********@a.test/"),
        ("https://token@a.test/", "https://********@a.test/"),
        (
            "https://a.test/x?api_key=k&b=%2C+&apiKey=k#f",
            "https://a.test/x?api_key=********&b=%2C+&apiKey=********#********"
        ),
        ("https://a.test/x#access_token=x", "https://a.test/x#********"), ("https://a.test/x#", "https://a.test/x#"),
        (
            "https://a.test?keys=1&a%5Btokens%5D=2&b%5bsid%5d=3&max-keys=4",
            "https://a.test?keys=********&a%5Btokens%5D=********&b%5bsid%5d=********&max-keys=4"
        ),
        (
            "https://a.test?X-Amz-Signature=1&sig=2&appid=3&code=4&country_code=DE",
            "https://a.test?X-Amz-Signature=********&sig=********&appid=********&code=********&country_code=DE"
        ),
        ("https://a.test/x?token=&key", "https://a.test/x?token=&key"),
        ("https://hooks.slack.com/services/T0/B0/abc", "https://hooks.slack.com/********/********/********/********"),
        ("https://discord.com/api/webhooks/12/abc", "https://discord.com/api/webhooks/********/********"),
        ("https://acme.webhook.office.com/webhookb2/abc", "https://acme.webhook.office.com/********/********"),
        ("https://chat.example.org/hooks/abc", "https://chat.example.org/hooks/********"),
        ("https://api.telegram.org/bot12:AAE-x/sendMessage", "https://api.telegram.org/********/sendMessage"),
        ("https://a.test/9f86d081884c7d659a2feaa0c55ad015/x", "https://a.test/********/x"),
        (
            "https://a.test/2024-annual-report-of-the-weather-service/x",
            "https://a.test/2024-annual-report-of-the-weather-service/x"
        ),
        ("https://a.test/0190a5c4-7d2e-7b51-9c1f-d2e4a5b6c7d8", "https://a.test/0190a5c4-7d2e-7b51-9c1f-d2e4a5b6c7d8"),
        ("https://[2001:db8::1]:8080/x?password=p", "https://[2001:db8::1]:8080/x?password=********"),
        ("no address", "********"),
    ])
    func whatOfAnAddressIsShown(address: String, shown: String) {
        let masked = SecretMask.masked(["url": .string(address)], fields: fields)
        #expect(masked["url"] == .string(shown))
        let back = SecretReturn(masked, stored: ["url": .string(address)], fields: fields)
        #expect(back.config["url"] == .string(address))
        #expect(back.issues.isEmpty)
    }

    /// Whatever an address looks like: what was read can be sent back, and nobody's secret goes elsewhere by it.
    @Test func anyAddressComesBackAsItWas() {
        let pieces = [
            "https", "HTTP", "://", ":", "/", "?", "&", "=", "#", "@", "a.test", "b.test", ":443", ":80", "token",
            "key=s",
            "hooks", "hooks.slack.com", "x", "%2A", "%", "*", "********", "\\", "é", " ", "bot1:A", "[::1]",
            "0123456789abcdefghijk", "..",
        ]
        var generator = SeededGenerator(seed: 7)
        func address() -> String {
            let start = ["https://a.test", "https://a.test/", "http://hooks.slack.com/", ""].randomElement(
                using: &generator
            )
            let parts = (0..<Int.random(in: 0...9, using: &generator)).map { _ in
                pieces.randomElement(using: &generator) ?? ""
            }
            return (start ?? "") + parts.joined()
        }
        let fields = fields + [ConfigField("password", .string, secret: true)]
        for _ in 0..<5_000 {
            let (one, other) = (address(), address())
            let stored: JSONValue = ["url": .string(one), "password": "s3cret"]
            let shown = SecretMask.masked(stored, fields: fields)
            #expect(SecretReturn(shown, stored: stored, fields: fields).config == stored, "\(one)")
            let moved = SecretReturn(["url": .string(other), "password": "********"], stored: stored, fields: fields)
            guard moved.config["password"] == "s3cret" else { continue }
            let whole = moved.config["url"]?.stringValue ?? ""
            #expect(ConfigAddress(whole)?.place == ConfigAddress(one)?.place, "\(one) \(other)")
        }
    }

    @Test func whatOfTheRestIsShown() {
        let config: JSONValue = [
            "headers": ["Accept": "a/b", "user-agent": "c", "Authorization": "d", "X-Anything": "e", "X-Empty": ""],
            "query": ["api-key": "a", "page": "2", "sessionToken": "b", "keyword": "c"],
            "body": "grant=x&client_secret=y", "variables": ["a": ["b": ["token": "t", "id": 1]], "key": ["n": 1]],
        ]
        let masked = SecretMask.masked(config, fields: fields)
        #expect(
            masked == [
                "headers": [
                    "Accept": "a/b", "user-agent": "c", "Authorization": "********", "X-Anything": "********",
                    "X-Empty": "",
                ],
                "query": ["api-key": "********", "page": "2", "sessionToken": "********", "keyword": "c"],
                "body": "********",
                "variables": ["a": ["b": ["token": "********", "id": 1]], "key": ["n": "********"]],
            ]
        )
        #expect(SecretReturn(masked, stored: config, fields: fields).config == config)
        for open in [#"{"a":1}"#, #"{"max_tokens":9,"keys":[""]}"#, "name=value", "query { token }", ""] {
            #expect(SecretMask.masked(["body": .string(open)], fields: fields)["body"] == .string(open))
        }
    }

    @Test(arguments: ["a=1&token=********", "token=%2A%2A%2A%2A%2A%2A%2A%2A", "token=********&token=********&a=2"])
    func partsOfAnAddressAreKeptWhereverTheyStand(query: String) {
        let stored: JSONValue = ["url": "https://a.test/x?token=s1&token=s2"]
        let back = SecretReturn(["url": .string("https://a.test/x?" + query)], stored: stored, fields: fields)
        #expect(back.issues.isEmpty)
        #expect(back.config["url"]?.stringValue?.contains("token=s1") == true)
    }

    @Test func everyLeafBelowASecretNameIsHidden() {
        let variables: JSONValue = [
            "token": "V1", "tokens": ["V2", "", "V3"], "password": ["V4"], "apiKey": ["v": 5, "on": true],
            "credentials": ["user": "u", "value": "V6"], "secret": ["list": [["V7"], .null]], "first": 5,
        ]
        let stored: JSONValue = ["variables": variables]
        let masked = SecretMask.masked(stored, fields: fields)
        let shown: JSONValue = [
            "token": "********", "tokens": ["********", "", "********"], "password": ["********"],
            "apiKey": ["v": "********", "on": true],
            "credentials": ["user": "********", "value": "********"], "secret": ["list": [["********"], .null]],
            "first": 5,
        ]
        #expect(masked == ["variables": shown])
        let back = SecretReturn(masked, stored: stored, fields: fields)
        #expect(back.config == stored)
        #expect(back.issues.isEmpty)
        for (name, value) in variables.objectValue?.members ?? [] where name != "first" {
            let body = JSONValue.object(JSONObject([("a", .object(JSONObject([(name, value)])))])).text
            #expect(SecretMask.masked(["body": .string(body)], fields: fields)["body"] == "********", "\(body)")
        }
    }

    /// Which of the stored ones is meant is unknown, but for lists that are secret as a whole.
    @Test func hiddenLeavesOfAListOfAnotherLengthMustBeGiven() {
        let fields = fields + [ConfigField("secrets", .list, secret: true)]
        let stored: JSONValue = ["variables": ["tokens": ["A", "B"], "keys": ["C"]], "secrets": ["D", "E"]]
        let given: JSONValue = [
            "variables": ["tokens": ["N", "********", "********"], "keys": ["********"]],
            "secrets": ["N", "********", "********"],
        ]
        let back = SecretReturn(given, stored: stored, fields: fields)
        #expect(back.issues.map(\.pointer) == ["/variables/tokens/1", "/variables/tokens/2"])
        let whole: JSONValue = [
            "variables": ["tokens": ["N", "********", "********"], "keys": ["C"]], "secrets": ["N", "D", "E"],
        ]
        #expect(back.config == whole)
        // One that was given anew in its place leaves the others where they are.
        let changed: JSONValue = ["variables": ["tokens": ["N", "********"], "keys": []]]
        let kept = SecretReturn(changed, stored: stored, fields: fields)
        #expect(kept.issues.isEmpty)
        #expect(kept.config == ["variables": ["tokens": ["N", "B"], "keys": []]])
    }

    @Test(arguments: ["#********", "#%2a%2A%2A%2A%2A%2A%2A%2A"])
    func aFragmentStaysWithItsServer(fragment: String) {
        let stored: JSONValue = ["url": "https://a.test/x#token=s"]
        let back = SecretReturn(["url": .string("https://a.test/x" + fragment)], stored: stored, fields: fields)
        #expect(back.config == stored)
        let moved = SecretReturn(["url": .string("https://b.test/x" + fragment)], stored: stored, fields: fields)
        #expect(moved.issues.map(\.pointer) == ["/url"])
        #expect(moved.config["url"]?.stringValue?.contains("token=s") == false)
        let none = SecretReturn(
            ["url": .string("https://a.test/x" + fragment)],
            stored: ["url": "https://a.test/x"],
            fields: fields
        )
        #expect(none.issues.map(\.pointer) == ["/url"])
    }

    @Test func whatIsStoredNowhereMustBeGiven() {
        let given: JSONValue = ["url": "https://a.test/x?token=********", "headers": ["a/b": "********"]]
        let new = SecretReturn(given, stored: .null, fields: fields)
        #expect(new.issues.map(\.pointer) == ["/url", "/headers/a~1b"])
        let other = SecretReturn(given, stored: ["url": "https://a.test/x", "headers": ["c": "d"]], fields: fields)
        #expect(other.issues.map(\.pointer) == ["/url", "/headers/a~1b"])
        #expect(other.issues.allSatisfy { $0.message.contains("no value is stored") })
    }

    /// Of a kind that this server lacks nobody knows where its secrets go.
    @Test func aConfigOfAnUnknownKindMayOnlyComeBackAsItWas() {
        let stored: JSONValue = ["server": "a.test", "password": "s"]
        #expect(
            SecretReturn(["server": "********", "password": "********"], stored: stored, fields: nil).config == stored
        )
        let moved = SecretReturn(["server": "evil.test", "password": "********"], stored: stored, fields: nil)
        #expect(moved.issues.map(\.pointer) == ["/password"])
        #expect(moved.config["password"] == "********")
    }

    @Test func theMessageNamesWhatChanged() {
        let fields = [
            ConfigField("host", .string, place: true), ConfigField("port", .integer(1...9), place: true),
            ConfigField("password", .string, secret: true),
        ]
        let moved = SecretReturn(
            ["host": "b", "port": 2, "password": "********"],
            stored: ["host": "a", "port": 1, "password": "s"],
            fields: fields
        )
        #expect(moved.issues.first?.message.contains("as host and port changed") == true)
    }
}
