"""Known right and wrong answers: the class of the demo is made of them, and they show what the checks say."""
