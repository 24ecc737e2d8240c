public import ErgonLM
public import ErgonWorkload

/// Writes a trained model in a format that it is served in: a checkpoint of packed trits, which
/// transformers loads, or a GGUF file.
///
/// A ternary network keeps the weights of training; here they are rounded once for all. Its
/// embedding and head stay as they are in a checkpoint and become F16 in a GGUF file. The tokenizer
/// goes along: beside a checkpoint as it is, into a GGUF file as far as the format has words for it.
///
/// ```swift
/// try network.save(to: "run/", tokenizer: files)
/// try exportModel("run/", as: .packedTrits, to: "packed/")                // for transformers
/// try exportModel("run/", as: .i2_S, to: "model.gguf")                    // for bitnet.cpp
/// ```
///
/// - Parameters:
///   - source: The folder of a checkpoint, or another model file that ErgonLM opens.
///   - format: `packedTrits`, `f32`, `f16` or `bf16` for checkpoints; `i2_S`, `tq1_0`, `tq2_0` and
///     those of full precision for GGUF files, of which llama.cpp does not read `i2_S`.
///   - path: A folder or a `.safetensors` file for a checkpoint, otherwise a GGUF file.
/// - Returns: What the reader of the result should know, a sentence each.
/// - Throws: ``ErgonLM/LMError`` before anything is written: for trits of a model that was not
///   trained for them, for rows that are no whole blocks of the format. `WorkloadStopped` once
///   `context` says so; nothing is left behind then.
/// - Accuracy: Packed trits and I2_S hold the model that was trained exactly, but for a GGUF file's
///   F16 embedding; TQ1_0 and TQ2_0 round a matrix's scale to half precision.
@discardableResult
public func exportModel(
  _ source: String, as format: StorageFormat, to path: String,
  in context: some WorkloadContext = UnobservedContext()
) throws -> [String] {
  let file = try openModelFile(source)
  let kind: ModelFileKind =
    format == .packedTrits ? .safetensors : ModelConversion.kind(ofOutput: path)
  let known = ModelConversion.types(of: kind)
  guard known.contains(format) else {
    throw LMError.request(
      what: "a \(kind == .gguf ? "GGUF file" : "checkpoint") of \(format.name)",
      reason: "it is not written", mend: "choose \(known.map(\.name).joined(separator: ", "))")
  }
  let configuration = try ModelConfiguration(file)
  let isPacked = file.tensors.contains { $0.format.isTernary }
  let isTernary = isPacked || configuration.roundsToTernary
  guard isTernary || !format.isTernary else {
    throw LMError.request(
      what: "exporting '\(source)' as \(format.name)",
      reason: "its matrices were not trained to be ternary",
      mend: "choose a format of numbers, or train it with ternary weights")
  }
  let conversion = try ModelConversion(
    file, options: .init(type: format, ternarizes: format.isTernary, kind: kind))
  try conversion.write(to: path, in: context)
  var notes = conversion.notes
  if isTernary, !isPacked, !format.isTernary {
    notes.append("its matrices are those of training: whoever reads them has to round them")
  }
  return notes
}
