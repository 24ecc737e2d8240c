extension ChatTemplate {
  /// For models whose file has no template: the form whose marks are tokens of the vocabulary,
  /// else a play's, with the speakers' names before a colon.
  static func builtIn(for tokenizer: any Tokenizer) throws(LMError) -> ChatTemplate {
    let known = marked.first { tokenizer.token(named: $0.mark) != nil }
    return try ChatTemplate(
      source: known?.source ?? play, name: "the built-in form \(known?.name ?? "plain")")
  }

  private static let marked: [(mark: String, name: String, source: String)] = [
    ("<|im_start|>", "ChatML", chatML), ("<|start_header_id|>", "Llama 3", headers),
    ("<start_of_turn>", "Gemma", turns),
  ]

  private static let chatML = """
    {% for message in messages %}
    {{ '<|im_start|>' ~ message.role ~ '\\n' ~ message.content ~ '<|im_end|>\\n' }}
    {%- endfor %}
    {% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
    """

  private static let headers = """
    {{ bos_token }}
    {%- for message in messages %}
    {{ '<|start_header_id|>' ~ message.role ~ '<|end_header_id|>\\n\\n' }}
    {{- message.content | trim ~ '<|eot_id|>' }}
    {%- endfor %}
    {% if add_generation_prompt %}
    {{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
    {%- endif %}
    """

  /// There is no system role: what it says goes before the first question.
  private static let turns = """
    {{ bos_token }}
    {%- set ns = namespace(before='') %}
    {%- for message in messages %}
    {% if message.role == 'system' %}
    {% set ns.before = message.content | trim ~ '\\n\\n' %}
    {% else %}
    {{ '<start_of_turn>' ~ ('model' if message.role == 'assistant' else message.role) ~ '\\n' }}
    {{- ns.before ~ message.content | trim ~ '<end_of_turn>\\n' }}
    {%- set ns.before = '' %}
    {% endif %}
    {% endfor %}
    {% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}
    """

  static let play = """
    {% for message in messages %}
    {{ message.role | capitalize ~ ': ' ~ message.content | trim ~ '\\n' }}
    {%- endfor %}
    {% if add_generation_prompt %}Assistant:{% endif %}
    """
}
