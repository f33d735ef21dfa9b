"""What the package needs of the machine it runs on: its GPU, its processors, pipes between processes, signals."""
