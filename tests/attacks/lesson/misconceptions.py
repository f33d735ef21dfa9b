from autograder.judge.check import Misconception

MISCONCEPTIONS = {"wrong": Misconception("The config is another one.", "Read what it should be.")}
