/// Keys as JSON pointers (RFC 6901) spell them.
enum JSONPointerText {
    static func escaped(_ key: String) -> String { key.replacing("~", with: "~0").replacing("/", with: "~1") }
}
