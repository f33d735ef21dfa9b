# exercise: merge
# misconception: no-model
def merge(model):
    return model.merge_and_unload().state_dict()
