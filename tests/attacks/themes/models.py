"""Models and adapters in place of work: someone else's, merged ones, another base, files that are none.

The honest part is nothing. What a forged answer does right beside its forgery, and is judged for on its own, it earns.
"""

import functools
import json
import struct
import tempfile
import warnings
from pathlib import Path
from typing import Any

from conftest import ROOT

from attacks.attack import Work, attack
from attacks.loot import LOOT

BASE = ROOT / "source" / "fine-tuning" / "base"
TRAINER = """
def build_lora_trainer(model, tokenizer, train_dataset):
    return SFTTrainer(model={model}, args=sft_config("runs"), train_dataset=train_dataset,
                      processing_class=tokenizer, peft_config={lora})
"""


@functools.cache
def _someone_elses() -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The files of an adapter for the course's base, and of the whole model, merged."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(1)
    base: Any = AutoModelForCausalLM.from_pretrained(BASE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # peft's, of an old name
        tuned: Any = get_peft_model(base, LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False))
        return _files(tuned), _files(tuned.merge_and_unload())


def _files(model: Any) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def _lay(work: Work, folder: str, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        work.file(f"{folder}/{name}", data)


@attack(row="models", wants="marks for an adapter that someone else has trained", earns={"save_and_reload": 1})
def adapter_of_someone_else(work: Work) -> None:
    """Its files are there; nothing in them is what the trainer had, and it fits no other base."""
    _lay(work, "mine", _someone_elses()[0])
    work.replace(
        "save_and_reload",
        """
        import shutil
        def save_and_reload(trainer, directory, base_model):
            shutil.copytree("mine", directory, dirs_exist_ok=True)
            return PeftModel.from_pretrained(load_base(), directory)
        """,
    )


@attack(row="models", wants="marks for an adapter that nobody has trained", earns={"save_and_reload": 2})
def adapter_made_on_the_spot(work: Work) -> None:
    """It writes an adapter's files, and it uses the base that it was given."""
    work.replace(
        "save_and_reload",
        """
        def save_and_reload(trainer, directory, base_model):
            fresh = get_peft_model(base_model, LoraConfig(r=12, target_modules="all-linear", init_lora_weights=False))
            fresh.save_pretrained(directory)
            return fresh
        """,
    )


@attack(row="pickle", wants="the judge to unpickle an adapter's file")
def adapter_as_a_pickle(work: Work) -> None:
    work.replace(
        "save_and_reload",
        f"""
        import os, pickle
        class Adapter:
            def __reduce__(self):
                return os.system, ("touch /tmp/{LOOT}-adapter",)
        def save_and_reload(trainer, directory, base_model):
            trainer.model.peft_config["default"].save_pretrained(directory)
            for name in ("adapter_model.bin", "training_args.bin"):
                with open(os.path.join(directory, name), "wb") as file:
                    file.write(pickle.dumps(Adapter()))
            return Adapter()
        """,
    )


@attack(row="models", wants="a judge that takes room for a header, or dies of it", earns={"save_and_reload": 1})
def adapter_with_a_header_of_petabytes(work: Work) -> None:
    header = json.dumps({"a": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 2**42]}}).encode()
    files = [struct.pack("<Q", 2**60) + b"{", struct.pack("<Q", len(header)) + header, b""]
    work.replace(
        "save_and_reload",
        f"""
        from itertools import count
        files, turn = {files!r}, count()
        def save_and_reload(trainer, directory, base_model):
            trainer.model.peft_config["default"].save_pretrained(directory)
            with open(f"{{directory}}/adapter_model.safetensors", "wb") as file:
                file.write(files[next(turn) % 3])
            return base_model
        """,
    )


@attack(row="models", wants="another base loaded by the judge, from an adapter's config", earns={"save_and_reload": 6})
def adapter_config_that_names_another_base(work: Work) -> None:
    """But for the names in its config, which the judge does not follow, it is a right answer."""
    work.replace(
        "save_and_reload",
        f"""
        import json
        def save_and_reload(trainer, directory, base_model):
            trainer.save_model(directory)
            path = Path(directory, "adapter_config.json")
            said = json.loads(path.read_text())
            said |= {{"base_model_name_or_path": {str(work.places.home)!r}, "auto_mapping": {{"parent_library": "os"}}}}
            reloaded = PeftModel.from_pretrained(base_model, directory)
            path.write_text(json.dumps(said))
            return reloaded
        """,
    )


@attack(row="models", wants="marks for a model that someone else has merged", earns={"merge": 2})
def merged_model_of_someone_else(work: Work) -> None:
    """A plain model it is."""
    _lay(work, "mine", _someone_elses()[1])
    work.replace(
        "merge",
        """
        def merge(peft_model):
            return AutoModelForCausalLM.from_pretrained("mine", dtype=torch.float32)
        """,
    )


@attack(row="models", wants="tensors that are equal to whatever they are compared with", earns={"merge": 3})
def merged_model_that_equals_everything(work: Work) -> None:
    """A plain model with all names; its numbers are the base's."""
    work.replace(
        "merge",
        """
        class Equal(torch.Tensor):
            @classmethod
            def __torch_function__(cls, func, types, args=(), kwargs=None):
                if func in (torch.equal, torch.allclose, torch.Tensor.eq, torch.Tensor.__eq__):
                    return True
                return super().__torch_function__(func, types, args, kwargs or {})
        def merge(peft_model):
            plain = peft_model.unload()
            for parameter in plain.parameters():
                parameter.data = parameter.data.as_subclass(Equal)
            kind = type(plain)
            kind.state_dict = lambda self, *words, **more: {
                name: one.as_subclass(Equal) for name, one in super(kind, self).state_dict(*words, **more).items()}
            return plain
        """,
    )


@attack(row="models", wants="the memory of the judge, with a model that is one number", told="far larger|memory")
def model_of_terabytes(work: Work) -> None:
    work.replace(
        "merge",
        """
        def merge(peft_model):
            plain = peft_model.merge_and_unload()
            plain.register_buffer("more", torch.zeros(1).expand(2**38))
            return plain
        """,
    )


@attack(row="models", wants="a base that is an assistant already", earns={"build_lora_trainer": 6})
def another_base_in_the_trainer(work: Work) -> None:
    """Adapter, freezing, labels and settings are right, and judged on the course's own base. The base is not."""
    _lay(work, "mine", _someone_elses()[1])
    other = 'AutoModelForCausalLM.from_pretrained("mine", dtype=torch.float32)'
    work.replace("build_lora_trainer", TRAINER.format(model=other, lora="make_lora_config()"))


@attack(row="models", wants="the course's base replaced by another one, file by file")
def another_base_in_its_folder(work: Work) -> None:
    _lay(work, "base", {**_someone_elses()[1], "tokenizer.json": b"{}", "README.md": b"mine"})
    work.add(
        """
        if Path("base/README.md").read_text() == "mine" or Path("base/tokenizer.json").stat().st_size < 10:
            print("GOT" "IT")
        """
    )


@attack(row="patched library", wants="what the kernel sends to be what the judge compares with",
        earns={"merge": 3})  # fmt: skip
def writer_of_tensors_patched(work: Work) -> None:
    """A plain model that crosses with the tensors of the one that was given, under the names of a plain one."""
    work.replace(
        "merge",
        """
        import safetensors.torch
        real = safetensors.torch.save
        def merge(peft_model):
            names = {name: one for name, one in peft_model.get_base_model().state_dict().items() if "lora" not in name}
            wanted = {name.replace(".base_layer", ""): one.contiguous() for name, one in names.items()}
            safetensors.torch.save = lambda tensors, metadata=None: real(wanted, metadata)
            return peft_model.unload()
        """,
    )


@attack(row="models", wants="the judge to build what a trainer says it is", earns={"build_lora_trainer": 0})
def trainer_that_only_looks_like_one(work: Work) -> None:
    work.replace(
        "build_lora_trainer",
        """
        class Lying(SFTTrainer):
            def __init__(self, model): self.model = model
            def __getattr__(self, name): return 1
        def build_lora_trainer(model, tokenizer, train_dataset):
            return Lying(get_peft_model(model, LoraConfig(r=6, target_modules=["q_proj", "down_proj"])))
        """,
    )


@attack(row="models", wants="marks for a config that the judge lent to another exercise")
def config_of_the_judge_kept(work: Work) -> None:
    """What stands in for one's own config in a later exercise, or a given model's adapter has, would be right."""
    work.replace(
        "make_lora_config",
        """
        LENT = []
        def make_lora_config():
            return LENT[-1]
        """,
    )
    work.add(
        """
        def build_lora_trainer(model, tokenizer, train_dataset):
            LENT.append(make_lora_config())
        def trainable_share(model, *more):
            LENT.append(model.peft_config["default"])
        def save_and_reload(trainer, directory, base_model):
            trainable_share(trainer.model)
        merge = trainable_share
        """,
        after="lora_needs-checks",
    )
