extension CELEvaluator {
    /// nil when there is no conversion from values of this type.
    func converted(_ function: CELFunction, _ value: CELValue, _ node: CELNode) throws(CELFailure) -> CELValue? {
        switch function {
        case .int: return try int(value, node).map { .int($0) }
        case .uint: return try uint(value, node).map { .uint($0) }
        case .double:
            guard case .string(let text) = value else { return Self.double(value).map { .double($0) } }
            guard let number = Double(text) else { throw unreadable("a double", node) }
            return .double(number)
        case .bool:
            switch value {
            case .bool: return value
            case .string("1"), .string("t"), .string("true"), .string("TRUE"), .string("True"): return .bool(true)
            case .string("0"), .string("f"), .string("false"), .string("FALSE"), .string("False"):
                return .bool(false)
            case .string: throw unreadable("a bool", node)
            default: return nil
            }
        case .string: return try string(value, node).map { .string($0) }
        case .bytes:
            if case .string(let text) = value { return .bytes(Array(text.utf8)) }
            if case .bytes = value { return value }
            return nil
        case .timestamp: return try timestamp(value, node)
        case .duration:
            if case .duration = value { return value }
            guard case .string(let text) = value else { return nil }
            guard let duration = CELDuration(text: text) else {
                throw unreadable("a duration like 1h30m or 1.5s", node)
            }
            return .duration(duration)
        default: return nil
        }
    }

    private func int(_ value: CELValue, _ node: CELNode) throws(CELFailure) -> Int64? {
        switch value {
        case .int(let value): return value
        case .uint(let value):
            guard let value = Int64(exactly: value) else { throw overflow(node) }
            return value
        case .double(let value):
            // The smallest int is shut out, as a double there may have been rounded to it.
            guard value > -0x1p63, value < 0x1p63 else { throw overflow(node) }
            return Int64(value)
        case .decimal(let value):
            guard let value = value.truncated(Int64.self) else { throw overflow(node) }
            return value
        case .string(let text):
            guard let value = Int64(text) else { throw unreadable("an int", node) }
            return value
        case .timestamp(let value): return value.seconds
        case .duration(let value): return value.seconds
        default: return nil
        }
    }

    private func uint(_ value: CELValue, _ node: CELNode) throws(CELFailure) -> UInt64? {
        switch value {
        case .uint(let value): return value
        case .int(let value):
            guard let value = UInt64(exactly: value) else { throw overflow(node) }
            return value
        case .double(let value):
            guard value >= 0, value < 0x1p64 else { throw overflow(node) }
            return UInt64(value)
        case .decimal(let value):
            guard !value.isNegative, let value = value.truncated(UInt64.self) else { throw overflow(node) }
            return value
        case .string(let text):
            guard let value = UInt64(text) else { throw unreadable("a uint", node) }
            return value
        default: return nil
        }
    }

    private func string(_ value: CELValue, _ node: CELNode) throws(CELFailure) -> String? {
        switch value {
        case .string(let text): return text
        case .bool(let value): return value ? "true" : "false"
        case .int(let value): return String(value)
        case .uint(let value): return String(value)
        case .double(let value): return CELText.number(value)
        case .decimal(let value): return value.text
        case .bytes(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw failure(.badConversion, "the bytes are no UTF-8 text", node)
            }
            return text
        case .timestamp(let value): return value.text
        case .duration(let value): return value.text
        default: return nil
        }
    }

    private func timestamp(_ value: CELValue, _ node: CELNode) throws(CELFailure) -> CELValue? {
        switch value {
        case .timestamp: return value
        case .int(let seconds):
            guard let timestamp = CELTimestamp(seconds: seconds) else { throw overflow(node) }
            return .timestamp(timestamp)
        case .string(let text):
            guard let timestamp = CELTimestamp(text: text) else {
                throw unreadable("a timestamp like 2026-11-21T04:48:52Z", node)
            }
            return .timestamp(timestamp)
        default: return nil
        }
    }

    private func unreadable(_ what: String, _ node: CELNode) -> CELFailure {
        failure(.badConversion, "the text can't be read as \(what)", node)
    }

    func base64(_ function: CELFunction, _ value: CELValue, _ node: CELNode) throws(CELFailure) -> CELValue? {
        switch (function, value) {
        case (.base64Encode, .bytes(let bytes)): return .string(CELBase64.encode(bytes))
        case (.base64Decode, .string(let text)):
            guard let bytes = CELBase64.decode(text) else { throw unreadable("Base64", node) }
            return .bytes(bytes)
        default: return nil
        }
    }
}
