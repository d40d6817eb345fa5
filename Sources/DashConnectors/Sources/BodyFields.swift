import DashJSON
import DashMapping
import DashModel
import DashPipeline

/// The settings of sources that take bodies of several forms: what counts more than what senders say of them.
enum BodyFields {
    static let all = [
        ConfigField(
            "charset",
            .string,
            help:
                "What the text is encoded in where its sender doesn't say so, or says it wrong: windows-1252. Empty: as "
                + "its sender says, otherwise UTF-8."
        ),
        ConfigField(
            "delimiter",
            .choice(["auto"] + TableForm.delimiters.map(\.name)),
            default: "auto",
            help: "What separates the cells of CSV. auto: found out from the first rows."
        ),
        ConfigField(
            "header_row",
            .boolean,
            default: true,
            help: "Whether the first row of CSV names the columns; otherwise they are column_1, column_2 and so on."
        ),
    ]

    /// Throws `DashError` `.invalid` for an encoding that is not known.
    static func check(_ config: JSONValue) throws {
        do throws(BodyError) {
            _ = try BodyForm().settled(by: config).knownCharset
        } catch {
            throw DashError(
                .invalid,
                "the source can't be used",
                issues: [.init(pointer: "/charset", message: error.reason)]
            )
        }
    }
}
