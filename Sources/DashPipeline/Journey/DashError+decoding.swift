import DashJSON
import DashMapping
import DashModel

extension DashError {
    /// Why a body gave no records, as the sender or the pipeline's owner reads it.
    /// `answer` is what could not be read, where nobody else knows.
    init(decoding failure: RecordsDecoder.Failure, of answer: String? = nil) {
        let description = answer.map { "\($0) can't be read: \(failure.description)." } ?? failure.description
        switch failure {
        case .json(let error) where error.code == .tooLarge || error.code == .tooManyValues:
            self.init(.tooLarge, description)
        case .tooLarge: self.init(.tooLarge, description)
        case .json, .body, .path, .noObject: self.init(.invalid, description)
        }
    }
}
