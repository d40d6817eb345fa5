public import DashStorage

extension PostgresStore: Store {}
