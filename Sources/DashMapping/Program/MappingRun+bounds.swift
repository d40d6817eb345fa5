import DashJSON

extension MappingRun {
    /// So many records are mapped between two looks whether to go on.
    static var lookInterval: Int { 32 }

    /// Why the batch must be given up, if it must: it has become too much, or nobody waits for it any more.
    func stopped(_ refusedBytes: Int) -> MappingOutput.Stop? {
        if output.count + refusedBytes > maxOutput { return .tooLarge(maxOutput) }
        return Task.isCancelled ? .cancelled : nil
    }

    /// Why no store takes what a source record has become. Only records that came with such a value are looked at.
    @inline(__always)
    func unstorable(_ root: Int, from record: Int, _ start: Int) -> Refusal? {
        guard document.nodes[root].flags.contains(.unstorable) else { return nil }
        return unstorableOutput(from: record, start)
    }

    @inline(never)
    private func unstorableOutput(from record: Int, _ start: Int) -> Refusal? {
        var first = start
        for end in ends[record...] {
            let bytes = Array(UnsafeBufferPointer(start: output.base + first, count: end - first))
            first = end
            guard let document = try? JSONDocument(parsing: bytes, limits: Self.ownLimits), let root = document.root
            else {
                continue
            }
            guard document.nodes[root.node].flags.contains(.unstorable) else { continue }
            let member = root.members.first { key, value in
                key.utf8.contains(0) || document.nodes[value.node].flags.contains(.unstorable)
            }
            let isNumber = member.map { $0.value.kind == .number } ?? false
            let name = member.map { FieldPath.text(of: [$0.key]) } ?? "the record"
            let reason =
                isNumber
                ? "\(name) is a number too large or too small to be stored"
                : "\(name) holds a null character (\\u0000) or a number that can't be stored"
            return Refusal(rule: MappingOutput.storageRule, field: member == nil ? nil : name, reason: reason)
        }
        return nil
    }

    /// What is told of a record is text that every store takes, whatever the record's keys are.
    static func printable(_ text: String) -> String {
        text.utf8.contains(0) ? text.replacing("\0", with: "\\u0000") : text
    }
}
