/// Every target, in turn.
enum FuzzTargets {
    static func all() async throws -> [any FuzzTarget] {
        [
            JSONTarget(), BodyTarget(), UploadTarget(), EventTarget(), MappingTarget(), ExpressionTarget(),
            PathTarget(),
            SchemaTarget(), PatternTarget(), TimeTarget(), CronTarget(), ParameterTarget(), DocumentTarget(),
            ConfigTarget(), SignatureTarget(), HeaderTarget(), CursorTarget(), FormTarget(), FigureTarget(),
            try await QueryTarget(),
        ]
    }

    static func target(of number: UInt64, in targets: [any FuzzTarget]) -> any FuzzTarget {
        targets[Int(number % UInt64(targets.count))]
    }
}
