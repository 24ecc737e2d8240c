import ErgonLedger

extension SurveyCommand {
  /// The survey as `--json` shows it.
  static func json(_ survey: Survey) -> JSONObject {
    [
      "rows": JSONValue(survey.rows), "energyKWh": .number(survey.energyKWh),
      "rowsWithEnergy": JSONValue(survey.rowsWithEnergy),
      "carbonKgCO2e": .number(survey.carbonKg), "rowsWithCarbon": JSONValue(survey.rowsWithCarbon),
      "marketCarbonKgCO2e": .number(survey.marketCarbonKg),
      "rowsMarketBased": JSONValue(survey.rowsMarketBased),
      "sections": .array(survey.sections.map { .object(json($0)) }),
      "shares": json(survey.shares), "extendedShares": json(survey.extendedShares),
      "excluded": .array(
        survey.excluded.map {
          .object([
            "reason": .string($0.reason.rawValue), "rows": JSONValue($0.rows),
            "ids": JSONValue($0.ids),
          ])
        }),
      "carbonAgainstEnergy": survey.carbonAgainstEnergy.map {
        .object([
          "slope": .number($0.slope), "slopeError": JSONValue($0.slopeError),
          "rSquared": JSONValue($0.rSquared), "rows": JSONValue($0.count),
        ])
      } ?? .null,
      "qualities": .array(survey.qualities.map { .object(json($0)) }),
      "remarks": JSONValue(survey.remarks),
    ]
  }

  private static func json(_ section: Survey.Section) -> JSONObject {
    [
      "by": .string(section.grouping),
      "groups": .array(
        section.groups.map { group in
          .object([
            "name": group.isStated ? .string(group.name) : .null, "rows": JSONValue(group.rows),
            "energyKWh": JSONValue(group.energyKWh), "carbonKgCO2e": JSONValue(group.carbonKg),
            "typicalCarbonKgCO2e": JSONValue(group.typicalCarbonKg),
            "carbonSpread": JSONValue(group.carbonSpread),
            "intensityGPerKWh": JSONValue(group.gramsPerKWh),
            "rowsWithCarbon": JSONValue(group.rowsWithCarbon),
          ])
        }),
    ]
  }

  private static func json(_ shares: Decomposition?) -> JSONValue {
    guard let shares else { return .null }
    return .object([
      "rows": JSONValue(shares.count), "logDeviation": .number(shares.logDeviation),
      "parts": .array(
        shares.parts.map {
          .object([
            "factor": .string($0.factor), "share": .number($0.share),
            "logDeviation": .number($0.logDeviation),
          ])
        }),
    ])
  }

  private static func json(_ entry: Survey.QualityTradeOff) -> JSONObject {
    [
      "task": .string(entry.task), "metric": .string(entry.metric),
      "higherIsBetter": .bool(entry.higherIsBetter), "rows": JSONValue(entry.rows),
      "rankCorrelation": JSONValue(entry.rankCorrelation),
      "front": .array(
        entry.front.map {
          .object([
            "id": .string($0.id), "name": .string($0.name), "quality": .number($0.quality),
            "carbonKgCO2e": .number($0.carbonKg),
          ])
        }),
    ]
  }
}
