/// Distinct records of about 200 bytes, as a webhook sends them: nine fields, one nested, one list.
enum SampleRecords {
    static func record(_ number: Int) -> [UInt8] {
        let kinds = ["order.created", "order.paid", "cart.updated", "user.seen"]
        let text =
            #"{"id":"evt_\#(1_000_000 + number)","type":"\#(kinds[number % 4])","ts":\#(1_763_700_000 + number),"#
            + #""user":{"id":\#(number % 9_973),"name":"user \#(number % 997)","country":"NL"},"#
            + #""value":\#(number % 1_000).\#(number % 90 + 10),"tags":["a","b"],"ok":true,"ref":null,"note":"some text here"}"#
        return Array(text.utf8)
    }

    static func batch(_ count: Int, from first: Int) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(ascii: "[")]
        for index in 0..<count {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += record(first + index)
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }
}
