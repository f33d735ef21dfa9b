"""The small base language model of the lesson, and the almanac of invented countries that it has read.

world       countries and their facts        wordings   how facts are told and asked
texts       what the base is pretrained on   records    what students fine-tune on
tokenizer   the base's own tokenizer         pretrain   builds the base; not run in CI
base        where it lies, its hash          asking     puts questions to a model
tuning      the recipes that are measured    table      measures them over seeds
questions   what a model is examined with    parametrise    smaller weights, the same function
"""
