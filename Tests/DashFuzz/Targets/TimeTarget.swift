import DashMapping
import DashModel

@testable import DashStorage

/// Timestamps, dates, spans, and their texts.
struct TimeTarget: FuzzTarget {
    let name = "times"

    func run(_ input: inout FuzzInput) {
        for text in [input.timestamp(), input.text(), input.mutated(input.timestamp())] {
            let text = input.note(text)
            if let time = Timestamp(text: text) { _ = (Timestamp(text: time.text), time + .seconds(1), time - .epoch) }
            if let time = CELTimestamp(text: text) { _ = time.text }
            _ = MailDate.read(text)
        }
        for text in [input.duration(), input.text()] {
            let text = input.note(text)
            if let length = CELDuration(text: text) { _ = (length.text, CELDuration(text: length.text)) }
            if let length = DurationText.parse(text) { _ = DurationText.text(length) }
        }
        let microseconds = input.note(Int64(input.number()) ?? Int64(input.pick([Int.max, .min, 0])))
        let time = Timestamp(microseconds: microseconds)
        _ = (
            time.text, Timestamp(milliseconds: microseconds), Timestamp(seconds: microseconds), CELTimestamp(time).text
        )
        let length = Duration.seconds(microseconds)
        _ = (length.microseconds, time + length, time - length, time - Timestamp(microseconds: .min))
        _ = TimestampFormat(input.note(input.isOne(in: 2) ? "%" + input.text() : input.text()))
    }
}
