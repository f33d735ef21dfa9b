"""Configs that the judge makes again for its own trainer: to push, write, load, run what the attacker wants, or hang.

The assignment is ``lesson``; the honest part is nothing, so each point is one too many, but for what a config says that
would have been right to say: the judge makes its own from the fields, and an honest one has the same.
"""

from attacks.attack import Work, attack

RIGHT_LORA = 'LoraConfig(r=4, lora_alpha=16, target_modules=["q_proj", "v_proj"])'
RIGHT_SFT = '"out", num_train_epochs=1, learning_rate=2e-4, max_length=128, use_cpu=True, bf16=False'
REFUSED = "The field `{}` cannot be set here"


def _sft(work: Work, fields: str) -> None:
    work.replace("make_sft_config", f"def make_sft_config(output_dir):\n    return SFTConfig({RIGHT_SFT}, {fields})")


def _lora(work: Work, fields: str) -> None:
    work.replace("make_lora_config", f"def make_lora_config():\n    return LoraConfig({fields})")


@attack(row="configs", wants="the judge to push to a hub, with a token", told=REFUSED.format("(push_to_hub|hub_.*)"))
def config_that_pushes(work: Work) -> None:
    _sft(work, 'push_to_hub=True, hub_model_id="m/x", hub_token="hf_x", hub_strategy="every_save"')


@attack(row="configs", wants="a token sent along, and nothing else", told=REFUSED.format("hub_token"))
def config_with_a_token(work: Work) -> None:
    _sft(work, 'hub_token="hf_x"')


# Where to write is ignored, because the judge says where: it is as good as an honest config.
@attack(row="configs", wants="the judge to write where the attacker says", earns={"make_sft_config": 3})
def config_that_writes_elsewhere(work: Work) -> None:
    target = str(work.places.open_folder / "target.txt")
    elsewhere = str(work.places.home)
    work.replace(
        "make_sft_config",
        f"""
        def make_sft_config(output_dir):
            config = SFTConfig({RIGHT_SFT}, report_to=[])
            config.output_dir = {elsewhere!r}
            config.logging_dir = config.run_name = config.project = {target!r}
            config.save_strategy, config.save_steps = "steps", 1
            return config
        """,
    )


@attack(row="configs", wants="files read as a chat template", told=REFUSED.format("chat_template_path"))
def config_with_a_chat_template(work: Work) -> None:
    _sft(work, f"chat_template_path={str(work.places.course / 'notes-of-the-instructor.txt')!r}")


@attack(
    row="configs",
    wants="code of a model run in the judge",
    told=REFUSED.format("(trust_remote_code|model_init_kwargs)"),
)
def config_that_trusts_remote_code(work: Work) -> None:
    _sft(work, 'trust_remote_code=True, model_init_kwargs={"trust_remote_code": True, "revision": "evil"}')


@attack(row="configs", wants="other ways in: deepspeed, fsdp, accelerate, checkpoints, arguments for the data",
        told=REFUSED.format("(deepspeed|fsdp_config|resume_from_checkpoint|dataset_kwargs)"))  # fmt: skip
def config_with_other_ways_in(work: Work) -> None:
    work.replace(
        "make_sft_config",
        f"""
        def make_sft_config(output_dir):
            config = SFTConfig({RIGHT_SFT})
            config.resume_from_checkpoint = "/etc"
            config.deepspeed = config.fsdp_config = {{"a": "/etc/passwd"}}
            config.dataset_kwargs = {{"skip_prepare_dataset": True}}
            return config
        """,
    )


@attack(row="configs", wants="a judge that matches for ever", earns={"make_lora_config": 1}, told="busy for too long")
def pattern_that_never_ends(work: Work) -> None:
    _lora(work, r'r=4, target_modules=r"(\w|\w)*b"')


@attack(row="configs", wants="a judge that compiles for ever", told="The field `target_modules` must be")
def pattern_that_is_hard_to_read(work: Work) -> None:
    _lora(work, r'r=4, target_modules="(" * 100 + "(?:a{1,60000}){1,60000}" + ")" * 99 + "x" * 100_000')


@attack(
    row="configs", wants="code in the judge, in fields that are no data", told="The field `.*` must be|cannot be set"
)
def config_with_objects_for_fields(work: Work) -> None:
    work.replace(
        "make_lora_config",
        f"""
        class Four(dict):
            def __eq__(self, other): return True
            __hash__ = dict.__hash__
            def __reduce__(self): return (print, ("owned",))
        def make_lora_config():
            config = {RIGHT_LORA}
            config.r = Four(a=4)
            config.runtime_config = config.loftq_config = {{"a": Four()}}
            return config
        """,
    )


@attack(row="patched library", wants="classes that say what is wanted", told="Read what it should be",
        earns={"make_sft_config": 3})  # fmt: skip
def config_classes_replaced(work: Work) -> None:
    work.replace(
        "make_lora_config",
        """
        import peft, trl, sys
        class LoraConfig:
            __dataclass_fields__ = LoraConfig.__dataclass_fields__
            r = 4
            def __init__(self, **_): pass
            def __eq__(self, other): return True
            def __getattr__(self, name): return 4
        peft.LoraConfig = sys.modules["peft.tuners.lora.config"].LoraConfig = LoraConfig
        def make_lora_config():
            return LoraConfig(r=64)
        """,
    )


@attack(row="patched library", wants="fields that look right, and are not what the trainer would see",
        earns={"make_lora_config": 3})  # fmt: skip
def subclass_with_properties(work: Work) -> None:
    work.replace(
        "make_lora_config",
        """
        class Lying(LoraConfig):
            @property
            def r(self): return 4
            @r.setter
            def r(self, value): pass
            @property
            def target_modules(self): return ["q_proj", "v_proj"]
            @target_modules.setter
            def target_modules(self, value): pass
        def make_lora_config():
            return Lying(r=256, target_modules="all-linear")
        """,
    )


@attack(row="patched library", wants="the same, by patching the real classes and what compares")
def config_classes_patched(work: Work) -> None:
    work.replace(
        "make_sft_config",
        """
        import builtins, dataclasses, torch
        torch.allclose = torch.equal = lambda *_, **__: True
        SFTConfig.__eq__ = lambda *_: True
        dataclasses.fields = lambda *_: []
        def make_sft_config(output_dir):
            return SFTConfig(output_dir, learning_rate=9.0, use_cpu=True, bf16=False)
        """,
    )


@attack(
    row="patched library", wants="fields that no config has, and one that is there twice", told="does not have|not data"
)
def fields_that_do_not_exist(work: Work) -> None:
    work.replace(
        "make_sft_config",
        f"""
        import dataclasses
        real, cls = dataclasses.fields, SFTConfig
        class Named:
            def __init__(self, name): self.name = name
        def make_sft_config(output_dir):
            config = SFTConfig({RIGHT_SFT})
            names = ["__class__", "__post_init__", "learning_rate", "x\\x1b[2J<script>"]
            dataclasses.fields = lambda kind: [*map(Named, names), *real(kind)]
            setattr(cls, names[-1], 0)
            setattr(config, names[-1], 1)
            return config
        """,
    )
