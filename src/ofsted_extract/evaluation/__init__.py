"""How well the pipeline reads: its answers on real documents held against labelled sentences.

Nothing here needs torch.
"""
