import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Testing

@testable import DashWeb

@Suite("The table of answers")
struct AnswerTableTests {
    private let now = ContinuousClock.now
    private let pipeline = UUID.v7()
    private let widget: WidgetDefinition

    init() {
        widget = WidgetDefinition(
            ResourceRow(
                id: .v7(),
                values: [
                    "type": "stat_card", "updated_at": "2026-01-01T00:00:00Z",
                    "data_query": [
                        "pipeline_id": .string(pipeline.text), "fields": [["path": "v", "aggregate": "last"]],
                        "range": ["last": "1h"],
                    ],
                ]
            )
        )
    }

    private func answer(_ value: Int, took: Duration = .milliseconds(1)) -> WidgetAnswer {
        let result = DataResult(
            columns: [.init(name: "v", type: "number")],
            rows: [[.number(JSONNumber(value))]],
            bucketWidth: nil,
            from: .epoch,
            to: .epoch
        )
        return WidgetAnswer(widget, result: result, duration: took)
    }

    private func value(_ look: AnswerTable.Look) -> Int? {
        guard case .show(let answer) = look, case .result(let result) = answer.content else { return nil }
        return result.rows.first?.first?.intValue
    }

    private func isWaiting(_ look: AnswerTable.Look) -> Bool { if case .wait = look { true } else { false } }

    @Test func manyLooksMakeOneComputation() {
        var table = AnswerTable()
        let looks = (0..<100).map { _ in table.look(widget, now: now) }
        #expect(looks.count { $0.starts } == 1)
        #expect(looks.allSatisfy { isWaiting($0.0) })
        let (told, again) = table.finish(answer(1), now: now)
        #expect(told.count == 100 && !again)
        let later = table.look(widget, now: now + .seconds(11))
        #expect(value(later.0) == 1 && !later.starts, "its range has hardly moved")
    }

    @Test func aDearAnswerIsShownOutdatedWhileOneComputationIsUnderWay() {
        var table = AnswerTable()
        _ = table.look(widget, now: now)
        _ = table.finish(answer(1, took: .milliseconds(200)), now: now)
        table.note({ $0.lastID = 5 }, of: pipeline)
        let soon = table.look(widget, now: now + .seconds(1))
        #expect(value(soon.0) == 1 && !soon.starts, "it rests for twenty times as long as it took")
        let first = table.look(widget, now: now + .seconds(4))
        let second = table.look(widget, now: now + .seconds(4))
        #expect(value(first.0) == 1 && first.starts)
        #expect(value(second.0) == 1 && !second.starts)
        _ = table.finish(answer(2, took: .milliseconds(200)), now: now + .seconds(5))
        let third = table.look(widget, now: now + .seconds(5))
        #expect(value(third.0) == 2 && !third.starts)
        table.note({ $0.lastID = 6 }, of: pipeline)
        #expect(isWaiting(table.look(widget, now: now + .seconds(40)).0), "nobody is shown what is old")
    }

    @Test func whoFollowsGetsWhatIsNewestAndIsJoined() {
        var table = AnswerTable()
        let first = table.follow(widget, now: now)
        #expect(isWaiting(first.0) && first.starts)
        table.note({ $0.lastID = 5 }, of: pipeline)
        let second = table.follow(widget, now: now)
        #expect(isWaiting(second.0) && !second.starts)
        let (told, again) = table.finish(answer(1), now: now)
        #expect(told.count == 1 && again, "the second needs what came after the beginning")
        #expect(table.finish(answer(2), now: now).told.count == 1)
        #expect(value(table.follow(widget, now: now).0) == 2)
        table.noteLoss()
        #expect(isWaiting(table.follow(widget, now: now).0), "nobody knows what was missed")
    }

    @Test func aFailureLeavesTheLastAnswer() {
        var table = AnswerTable()
        _ = table.look(widget, now: now)
        _ = table.finish(answer(1), now: now)
        table.note({ $0.lastID = 5 }, of: pipeline)
        _ = table.follow(widget, now: now + .seconds(2))
        _ = table.finish(WidgetAnswer(widget, problem: "busy", duration: .seconds(1)), now: now + .seconds(2))
        #expect(value(table.look(widget, now: now + .seconds(3)).0) == 1)
    }

    @Test func itIsBounded() {
        var table = AnswerTable(capacity: 10)
        for index in 0..<100 {
            var other = widget
            other.id = .v7()
            _ = table.look(other, now: now + .seconds(index))
            _ = table.finish(WidgetAnswer(other, problem: ""), now: now + .seconds(index))
        }
        #expect(table.count <= 10)
    }
}
