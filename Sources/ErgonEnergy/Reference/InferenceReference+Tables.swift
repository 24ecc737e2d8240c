extension InferenceReference {
  /// The ten tasks, cheapest first.
  public static let tasks: [TaskCost] = [
    row(.textClassification, 0.002, 0.001, 0.0023, 0.32, 8.3),
    row(.extractiveQuestionAnswering, 0.003, 0.001, 0.0033, 0.46, 11.8),
    row(.maskedLanguageModelling, 0.003, 0.001, 0.0034, 0.47, 12.5),
    row(.tokenClassification, 0.004, 0.002, 0.0036, 0.50, 13.0),
    row(.imageClassification, 0.007, 0.001, 0.0071, 0.98, 26.2),
    row(.objectDetection, 0.038, 0.02, 0.0377, 5.24, 128.7),
    row(.textGeneration, 0.047, 0.03, 0.0469, 6.51, 164.5),
    row(.summarisation, 0.049, 0.01, 0.0492, 6.83, 180.3),
    row(.imageCaptioning, 0.063, 0.02, 0.0630, 8.74, 217.1),
    // Eight of the ten models named by the paper are in the released runs.
    row(.imageGeneration, 2.907, 3.31, 2.9072, 403, 8770),
  ]

  /// Single models.
  public static let models: [ModelCost] = [
    ModelCost(model: "distilbert SST-2", task: .textClassification, meanKWh: 0.0017),
    ModelCost(model: "roberta-large sentiment", task: .textClassification, meanKWh: 0.0044),
    ModelCost(model: "distilbert squad", task: .extractiveQuestionAnswering, meanKWh: 0.0017),
    ModelCost(model: "bert-large squad", task: .extractiveQuestionAnswering, meanKWh: 0.0051),
    ModelCost(model: "distilgpt2", task: .textGeneration, meanKWh: 0.0147),
    ModelCost(model: "gpt2", task: .textGeneration, meanKWh: 0.0263),
    ModelCost(model: "gpt2-medium", task: .textGeneration, meanKWh: 0.0479),
    ModelCost(model: "gpt2-xl", task: .textGeneration, meanKWh: 0.0953),
    ModelCost(model: "bloom-560m", task: .textGeneration, meanKWh: 0.0414),
    ModelCost(model: "opt-1.3b", task: .textGeneration, meanKWh: 0.0430),
    ModelCost(model: "opt-6.7b", task: .textGeneration, meanKWh: 0.0824),
    ModelCost(model: "bart-base-cnn", task: .summarisation, meanKWh: 0.0275),
    ModelCost(model: "pegasus-large", task: .summarisation, meanKWh: 0.0653),
    ModelCost(model: "mobilenet", task: .imageClassification, meanKWh: 0.0058),
    ModelCost(model: "resnet-50", task: .imageClassification, meanKWh: 0.0074),
    ModelCost(model: "vit-base-384", task: .imageClassification, meanKWh: 0.0094),
    ModelCost(model: "yolos-tiny", task: .objectDetection, meanKWh: 0.0130),
    ModelCost(model: "detr-r50", task: .objectDetection, meanKWh: 0.0240),
    ModelCost(model: "deta-swin-large", task: .objectDetection, meanKWh: 0.1045),
    ModelCost(model: "git-base", task: .imageCaptioning, meanKWh: 0.0294),
    ModelCost(model: "blip2-flan-t5-xl", task: .imageCaptioning, meanKWh: 0.0917),
    ModelCost(model: "tiny-sd", task: .imageGeneration, meanKWh: 0.756),
    ModelCost(model: "sd-2-1-base", task: .imageGeneration, meanKWh: 1.265),
    ModelCost(model: "sd-v1-5", task: .imageGeneration, meanKWh: 1.348),
    ModelCost(model: "sd-2-1", task: .imageGeneration, meanKWh: 3.041),
    ModelCost(model: "sdxl-base", task: .imageGeneration, meanKWh: 11.293),
  ]

  /// The dearest single run: sdxl-base, the figure most often quoted.
  public static let worstRun = ZeroShotCost.Cost(kWh: 11.490, grams: 1594)

  /// The mean of the models fine-tuned for each task, to hold ``zeroShot`` against.
  public static let fineTuned = zeroShot(
    "fine-tuned models (mean)", (0.0023, 0.32), (0.0033, 0.46), (0.0492, 6.83))

  /// General models asked without fine-tuning, by family and size.
  public static let zeroShot: [ZeroShotCost] = [
    zeroShot("flan-t5-base", (0.0096, 1.33), (0.0170, 2.36), (0.0530, 7.35)),
    zeroShot("flan-t5-large", (0.0170, 2.36), (0.0425, 5.90), (0.1065, 14.8)),
    zeroShot("flan-t5-xl", (0.0192, 2.66), (0.0446, 6.18), (0.1112, 15.4)),
    zeroShot("flan-t5-xxl", (0.0327, 4.54), (0.0794, 11.0), (0.1360, 18.9)),
    zeroShot("bloomz-560m", (0.0108, 1.49), (0.0169, 2.35), (0.1351, 18.8)),
    zeroShot("bloomz-1.7b", (0.0155, 2.15), (0.0271, 3.75), (0.1447, 20.1)),
    zeroShot("bloomz-3b", (0.0202, 2.81), (0.0406, 5.64), (0.1592, 22.1)),
    zeroShot("bloomz-7.1b", (0.0337, 4.67), (0.0755, 10.5), (0.2036, 28.3)),
  ]

  private static func row(
    _ task: Task, _ printed: Double, _ deviation: Double, _ mean: Double, _ grams: Double,
    _ seconds: Double
  ) -> TaskCost {
    TaskCost(
      task: task, printedKWh: printed, deviationKWh: deviation, meanKWh: mean, grams: grams,
      seconds: seconds)
  }

  private static func zeroShot(
    _ model: String, _ sentiment: (Double, Double), _ answering: (Double, Double),
    _ summarisation: (Double, Double)
  ) -> ZeroShotCost {
    func cost(_ pair: (Double, Double)) -> ZeroShotCost.Cost {
      ZeroShotCost.Cost(kWh: pair.0, grams: pair.1)
    }
    return ZeroShotCost(
      model: model, sentiment: cost(sentiment), questionAnswering: cost(answering),
      summarisation: cost(summarisation))
  }
}
