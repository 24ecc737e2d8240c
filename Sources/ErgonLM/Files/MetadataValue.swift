/// A value that stands beside a model's tensors.
public enum MetadataValue: Sendable, Equatable {
  case integer(Int64)
  case unsigned(UInt64)
  case number(Double)
  case boolean(Bool)
  case string(String)
  case strings(StringTable)
  case integers([Int64])
  case numbers([Float])
  case booleans([Bool])
  case list([MetadataValue])
}
