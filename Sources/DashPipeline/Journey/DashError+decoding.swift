import DashJSON
import DashMapping
import DashModel

extension DashError {
    /// Why a body gave no records, as the sender or the pipeline's owner reads it.
    init(decoding failure: RecordsDecoder.Failure) {
        switch failure {
        case .json(let error) where error.code == .tooLarge || error.code == .tooManyValues:
            self.init(.tooLarge, failure.description)
        case .json, .body, .path, .noObject: self.init(.invalid, failure.description)
        }
    }
}
