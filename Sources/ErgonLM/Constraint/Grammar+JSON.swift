extension Grammar {
  /// Any JSON value.
  ///
  /// White space between its parts is one space at most, or one or two line ends and up to twenty
  /// blanks.
  public static let anyJSON: Grammar = {
    do throws(LMError) {
      return try Grammar(jsonSchema: true)
    } catch {
      preconditionFailure("Grammar: any JSON value: \(error)")
    }
  }()

  /// JSON values that a JSON schema describes.
  ///
  /// Handled are `type` (one or several), `enum`, `const`, `properties`, `required`,
  /// `additionalProperties`, `items`, `prefixItems`, `minItems`, `maxItems`, `anyOf`, `oneOf`,
  /// `allOf`, `$ref` within the schema, `pattern` from `^` to `$`, `minLength`, `maxLength`, the
  /// bounds of integers, and `format` of `date`, `time`, `date-time` and `uuid`. Annotations are
  /// passed over; any other keyword is an error, since an answer would not keep to it.
  ///
  /// What comes is valid, though not all that is valid can come: properties keep the schema's order
  /// and no others are added where some are named and `additionalProperties` does not allow it,
  /// every one of `prefixItems` comes, integers have up to 18 digits unless their bounds say
  /// otherwise. `oneOf` is read as `anyOf`, and a free object's keys may repeat. White space is
  /// as in ``anyJSON``.
  ///
  /// - Throws: ``LMError/unsupported(source:what:mend:)`` with a keyword and its place in the
  ///   schema; ``LMError/request(what:reason:mend:)`` where the schema is wrong or nothing can meet
  ///   it.
  public init(jsonSchema schema: JSONValue) throws(LMError) {
    var converter = SchemaConverter(schema)
    let root = try converter.convert()
    try self.init(converter.rules, root: root)
  }
}
