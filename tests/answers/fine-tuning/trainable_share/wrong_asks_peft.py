# exercise: trainable_share
# misconception: adapted-models-alone
# outcome: raised
def trainable_share(model):
    t, a = model.get_nb_trainable_parameters()
    return t / a
