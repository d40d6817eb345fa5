import DashJSON

@testable import DashConnectors
@testable import DashPipeline

/// Configs of sources: their checks, and what is made of them.
struct ConfigTarget: FuzzTarget {
    let name = "configs"

    private static let templates = [
        #"{"kind":"page","size":{n},"start":{n},"size_param":"{s}"}"#, #"{"kind":"offset","start":{i},"size":{i}}"#,
        #"{"kind":"cursor","next":"$.{k}","param":"{s}"}"#, #"{"kind":"header","header":"{s}"}"#, #"{"kind":"link"}"#,
        #"{j}"#,
    ]

    func run(_ input: inout FuzzInput) {
        guard let config = try? JSONValue(parsing: input.note(input.filled(input.pick(Self.templates)))) else { return }
        var validator = ConfigValidator()
        validator.check(config, [Pagination.field], at: "/source_config")
        _ = try? Pagination(config)
        let incremental = input.filled(
            #"{"field":"$.{k}","param":"a","overlap":{n},"initial":"{q}","rewind_to":"{t}"}"#
        )
        if let config = try? JSONValue(parsing: input.note(incremental)) { _ = try? IncrementalSettings(config) }
    }
}
