/** The Python script of an exported recipe: a page has no file of another language to copy, so it is kept as text. */

/** Standard calls of `transformers`, `datasets`, `accelerate` and, for adapters, `peft`; nothing of Winnow's. */
export const TRAINING_SCRIPT = `"""Continues the training of an exported student on a machine or a cluster.

    pip install torch transformers datasets accelerate sentencepiece   (and peft for adapters)
    accelerate launch train.py --model .. --output ../continued

The model may also be a larger one of the family, such as google/flan-t5-xl.
"""

import argparse
import json
from pathlib import Path

import torch
from datasets import load_dataset
from transformers import (
    AutoModelForSeq2SeqLM,
    AutoTokenizer,
    Seq2SeqTrainer,
    Seq2SeqTrainingArguments,
)

IGNORED = -100
LAYERS = {
    "query-value": ["q", "v"],
    "attention": ["q", "k", "v", "o"],
    "all": ["q", "k", "v", "o", "wi_0", "wi_1", "wo"],
}


class Collator:
    """Pads inputs, labels and the weights of the labels."""

    def __init__(self, tokenizer):
        self.tokenizer = tokenizer

    def __call__(self, rows):
        batch = self.tokenizer.pad(
            [{"input_ids": row["input_ids"]} for row in rows], return_tensors="pt"
        )
        length = max(len(row["labels"]) for row in rows)
        batch["labels"] = torch.tensor(
            [row["labels"] + [IGNORED] * (length - len(row["labels"])) for row in rows]
        )
        batch["weights"] = torch.tensor(
            [row["weights"] + [0.0] * (length - len(row["weights"])) for row in rows]
        )
        return batch


class WeightedTrainer(Seq2SeqTrainer):
    """The mean cross-entropy of a target token, weighted."""

    def compute_loss(self, model, inputs, return_outputs=False, **_):
        weights = inputs.pop("weights")
        outputs = model(**inputs)
        losses = torch.nn.functional.cross_entropy(
            outputs.logits.float().flatten(0, 1),
            inputs["labels"].flatten(),
            ignore_index=IGNORED,
            reduction="none",
        )
        loss = (losses * weights.flatten()).sum() / weights.sum()
        return (loss, outputs) if return_outputs else loss


def main():
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default=str(here.parent))
    parser.add_argument("--output", default=str(here.parent / "continued"))
    parser.add_argument("--per-device-batch", type=int, default=0)
    options = parser.parse_args()

    recipe = json.loads((here / "recipe.json").read_text())
    tokenizer = AutoTokenizer.from_pretrained(options.model)
    # flan-t5 overflows in float16: use float32 here, or bfloat16 through accelerate.
    model = AutoModelForSeq2SeqLM.from_pretrained(options.model, torch_dtype=torch.float32)
    if recipe["lora"] is not None:
        from peft import LoraConfig, get_peft_model

        settings = dict(recipe["lora"])
        layers = LAYERS[settings.pop("layers")]
        model = get_peft_model(
            model, LoraConfig(task_type="SEQ_2_SEQ_LM", target_modules=layers, **settings)
        )

    def encode(row):
        labels = tokenizer(row["target"])["input_ids"]
        weights = row.get("weights") or [1.0] * len(labels)
        if len(weights) != len(labels):
            raise ValueError(f"{len(weights)} weights for {len(labels)} tokens: {row['target']}")
        return {
            "input_ids": tokenizer(row["input"])["input_ids"],
            "labels": labels,
            "weights": [float(weight) for weight in weights],
        }

    rows = load_dataset("json", data_files=str(here / "train.jsonl"), split="train")
    rows = rows.map(encode, remove_columns=rows.column_names)
    rows = rows.filter(
        lambda row: len(row["input_ids"]) <= recipe["max_source_length"]
        and len(row["labels"]) <= recipe["max_target_length"]
    )

    processes = max(1, torch.cuda.device_count())
    per_device = options.per_device_batch or max(1, recipe["train_batch_size"] // processes)
    accumulated = max(1, recipe["train_batch_size"] // (per_device * processes))
    trainer = WeightedTrainer(
        model=model,
        args=Seq2SeqTrainingArguments(
            output_dir=options.output,
            max_steps=recipe["max_steps"],
            per_device_train_batch_size=per_device,
            gradient_accumulation_steps=accumulated,
            learning_rate=recipe["learning_rate"],
            lr_scheduler_type=recipe["lr_scheduler_type"],
            lr_scheduler_kwargs=recipe["lr_scheduler_kwargs"],
            warmup_ratio=recipe["warmup_ratio"],
            weight_decay=recipe["weight_decay"],
            max_grad_norm=recipe["max_grad_norm"],
            seed=recipe["seed"],
            remove_unused_columns=False,
            save_total_limit=2,
            report_to=[],
        ),
        train_dataset=rows,
        data_collator=Collator(tokenizer),
    )
    trainer.train()
    trainer.save_model(options.output)
    tokenizer.save_pretrained(options.output)


if __name__ == "__main__":
    main()
`;
