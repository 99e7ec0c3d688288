"""Speed and memory of our bot beside a stock ``rasa init`` bot: ``python -m benchmarks``."""
