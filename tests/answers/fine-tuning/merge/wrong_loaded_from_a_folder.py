# exercise: merge
# misconception: loaded-again
# outcome: raised
def merge(peft_model):
    from peft import AutoPeftModelForCausalLM
    with tempfile.TemporaryDirectory() as d:
        peft_model.save_pretrained(d)
        return AutoPeftModelForCausalLM.from_pretrained(d).merge_and_unload()
