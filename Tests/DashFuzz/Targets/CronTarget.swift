import DashJobs
import DashModel

/// Cron expressions and the times they name.
struct CronTarget: FuzzTarget {
    let name = "cron"

    private static let zones = [
        nil, "UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia", "GMT+25", "X", "", "+99:99",
    ]

    func run(_ input: inout FuzzInput) {
        let fields = (0..<input.pick([5, 5, 5, 6, 4, 7])).map { _ in field(&input) }
        let text = input.note(input.perhapsMutated(input.isOne(in: 12) ? "@daily" : fields.joined(separator: " ")))
        let zone = input.note(input.isOne(in: 8) ? input.text() : input.pick(Self.zones))
        guard let cron = try? CronExpression(text, timeZone: zone) else { return }
        var time = input.pick([
            Timestamp(seconds: 1_790_000_000), Timestamp(seconds: -62_135_596_800), Timestamp(seconds: 253_402_300_799),
            .epoch,
        ])
        for _ in 0..<3 {
            guard let next = cron.next(after: time) else { return }
            time = next
        }
    }

    private func field(_ input: inout FuzzInput) -> String {
        let item = input.pick([
            "*", "?", "0", "1", "5", "59", "7", "MON", "JAN-MAR", "L", "1#2", input.numberText(),
            "\(input.int(0...60))",
        ])
        return item
            + input.pick([
                "", "", "", "-\(input.int(0...70))", "/\(input.numberText())", "/\(input.int(0...70))", ",1", ",",
            ])
    }
}
