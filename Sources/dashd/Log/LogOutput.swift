import Foundation
import Logging

/// Sets the log's form once: readable lines on a terminal, JSON lines for everything else.
enum LogOutput {
    static func start(level: String) -> Logger {
        let level = Logger.Level(rawValue: level) ?? .info
        let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
        LoggingSystem.bootstrap { label in
            if isTerminal {
                var handler = StreamLogHandler.standardError(label: label)
                handler.logLevel = level
                return handler
            }
            return JSONLogHandler(label: label, logLevel: level)
        }
        return Logger(label: "dash")
    }
}
