import PostgresWire

typealias TransactionState = TransactionStatus
