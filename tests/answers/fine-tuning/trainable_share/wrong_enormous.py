# exercise: trainable_share
# misconception: share-is-another


def trainable_share(model):
    return 2**4000
