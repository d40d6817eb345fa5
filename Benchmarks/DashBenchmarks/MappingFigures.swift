/// Reading, mapping ten fields and writing, on one core.
func mappingFigures() throws -> [Figure] { [] }
