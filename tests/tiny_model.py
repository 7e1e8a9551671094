"""A Qwen2 of two small layers with random weights and one token a character, saved as any model's folder is."""

from pathlib import Path

TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
CHARACTERS = "新桥全长三百二十米宽八资料员只按回答问多少是否一五六七九北南河镇图书馆"


def save_tiny_model(folder: Path, *, chat_template: str | None = TEMPLATE) -> Path:
    """Its replies are greedy walks over ``CHARACTERS``: every other token is made improbable."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        show_progress=False,
    )
    tokenizer.train_from_iterator([character for character in CHARACTERS for _ in range(3)], trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=["<|im_start|>"],
        chat_template=chat_template,
    )
    fast.save_pretrained(folder)
    torch.manual_seed(7)
    config = Qwen2Config(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=256,
        eos_token_id=fast.eos_token_id,
        initializer_range=0.6,
        tie_word_embeddings=False,
    )
    model = Qwen2ForCausalLM(config)
    spoken = {fast.encode(character)[0] for character in CHARACTERS}
    with torch.no_grad():
        model.lm_head.weight[[token for token in range(config.vocab_size) if token not in spoken]] = 0.0
    model.save_pretrained(folder)
    return folder
