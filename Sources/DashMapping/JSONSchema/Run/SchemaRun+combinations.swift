extension SchemaRun {
    /// Applies one of several schemas, any of which may fail: what it looked at counts only when it fits.
    private mutating func checkBranch(_ branch: Int, _ node: Int, _ marked: Int) -> Bool {
        guard marked >= 0 else { return quietly { $0.check(branch, node, -1) } }
        let own = beginMarks(node)
        let isValid = quietly { $0.check(branch, node, own) }
        endMarks(own, isValid ? marked : -1)
        return isValid
    }

    mutating func checkEach(_ code: SchemaInstruction, _ node: Int, _ marked: Int) -> Bool {
        var isValid = true
        for position in Int(code.a)..<Int(code.b) where !check(Int(parts.lists[position]), node, marked) {
            isValid = false
            guard isCollecting else { return false }
        }
        return isValid
    }

    mutating func checkAny(_ code: SchemaInstruction, _ number: Int, _ node: Int, _ marked: Int) -> Bool {
        var isValid = false
        for position in Int(code.a)..<Int(code.b) where checkBranch(Int(parts.lists[position]), node, marked) {
            isValid = true
            if marked < 0 { return true }
        }
        return isValid || fail(code, number, node, "fits none of the \(code.b - code.a) schemas that are allowed")
    }

    mutating func checkOne(_ code: SchemaInstruction, _ number: Int, _ node: Int, _ marked: Int) -> Bool {
        var count = 0
        for position in Int(code.a)..<Int(code.b) where checkBranch(Int(parts.lists[position]), node, marked) {
            count += 1
            if count > 1 { return fail(code, number, node, "fits more than one of the schemas, must fit exactly one") }
        }
        return count == 1
            || fail(code, number, node, "fits none of the \(code.b - code.a) schemas, must fit exactly one")
    }

    mutating func checkNot(_ code: SchemaInstruction, _ number: Int, _ node: Int) -> Bool {
        !quietly { $0.check(Int(code.a), node, -1) } || fail(code, number, node, "fits the schema that it must not fit")
    }

    mutating func checkCondition(_ code: SchemaInstruction, _ node: Int, _ marked: Int) -> Bool {
        // Without a branch to take, the condition counts only for what it looks at.
        if code.b < 0, code.c < 0, marked < 0 { return true }
        let branch = checkBranch(Int(code.a), node, marked) ? code.b : code.c
        return branch < 0 || check(Int(branch), node, marked)
    }

    /// The outermost schema of the scope with the anchor's name.
    func dynamicTarget(_ code: SchemaInstruction) -> Int {
        let row = Int(code.b) * schema.resourceCount
        for scope in scopes {
            let target = schema.dynamicAnchors[row + Int(scope)]
            if target >= 0 { return Int(target) }
        }
        return Int(code.a)
    }
}
